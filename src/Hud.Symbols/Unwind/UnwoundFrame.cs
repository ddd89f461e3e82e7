namespace Hud.Symbols.Unwind;

/// <summary>One frame, innermost first.</summary>
/// <param name="Address">Runtime address where the frame executes, or goes on when its callee returns.</param>
/// <param name="IsReturnAddress">Look up <see cref="LookupAddress"/> for names: the call is before the return address, maybe in another line or function.</param>
/// <param name="StackPointer">rsp in this frame.</param>
public readonly record struct UnwoundFrame(ulong Address, bool IsReturnAddress, ulong StackPointer)
{
    /// <summary>An address inside the instruction that the frame executes.</summary>
    public ulong LookupAddress => IsReturnAddress ? Address - 1 : Address;
}

/// <summary>A return address that a uretprobe replaced by its trampoline.</summary>
/// <param name="Slot">Runtime address of the replaced word on the stack.</param>
/// <param name="Address">What stood there.</param>
public readonly record struct ReplacedReturn(ulong Slot, ulong Address);
