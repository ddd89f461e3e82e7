using Hud.Symbols.Elf;
using Iced.Intel;

namespace Hud.Target;

/// <summary>
/// Where to put a uprobe that is meant for an address. The kernel steps most instructions under a probe one by one, which
/// costs a second exception, on virtual machines tens of microseconds; a few (jumps, calls, pushes, see
/// arch/x86/kernel/uprobes.c) it emulates. In straight-line code the first of those that follows serves as well.
/// </summary>
/// <param name="Address">Image address for the probe.</param>
/// <param name="Argument">Register that still holds what was the first argument at the address meant, as x86 numbers registers (7 is rdi); 4, which is rsp: it lies on the stack.</param>
/// <param name="IsEmulated">False where no such instruction follows: the address is the one meant, and the kernel will step it.</param>
/// <param name="ArgumentOffset">Where it lies on the stack: bytes above the stack pointer at the spot.</param>
/// <param name="StackBytes">How far the stack pointer has gone down from where it was at the address meant.</param>
public readonly record struct ProbeSpot(ulong Address, int Argument, bool IsEmulated, uint StackBytes = 0, uint ArgumentOffset = 0)
{
    public const int FirstArgument = 7;
    public const int OnStack = 4;

    private const int MostBytes = 128;
    private const int MostInstructions = 24;

    /// <summary>The spot at or after an address, up to which the stack pointer moves by a known distance.</summary>
    /// <param name="argument">The first argument must still be in some register.</param>
    public static ProbeSpot Find(ElfImage image, ulong address, bool argument) =>
        Find(
            at => ReadCode(image, at),
            slot => image.RelativeRelocations().Where(r => r.Address == slot).Select(r => (ulong?)r.Target).FirstOrDefault(),
            address,
            argument);

    /// <param name="read">Code from an image address on.</param>
    /// <param name="pointer">The function that a word of the image points to; null where that is not known.</param>
    internal static ProbeSpot Find(Func<ulong, byte[]> read, Func<ulong, ulong?> pointer, ulong address, bool argument)
    {
        var meant = new ProbeSpot(address, FirstArgument, false);
        var decoder = Decoder.Create(64, read(address), address);
        var info = new InstructionInfoFactory();
        var stack = 0L;
        var holders = new HashSet<Register> { Register.RDI };
        // From the stack pointer at the address meant.
        var slots = new HashSet<long>();
        for (var i = 0; i < MostInstructions; i++)
        {
            decoder.Decode(out var instruction);
            if (instruction.IsInvalid)
                return meant;
            var holder = holders.Contains(Register.RDI) ? Register.RDI : holders.OrderBy(r => r).FirstOrDefault();
            if (argument && holder == Register.None && slots.Count == 0)
                return meant;
            if (KernelEmulates(instruction))
            {
                return holder != Register.None ? new ProbeSpot(instruction.IP, holder - Register.RAX, true, (uint)stack)
                    : slots.Count > 0 ? new ProbeSpot(instruction.IP, OnStack, true, (uint)stack, (uint)(slots.Min() + stack))
                    : new ProbeSpot(instruction.IP, FirstArgument, true, (uint)stack);
            }
            // A tail call through the global offset table.
            if (instruction is { Code: Code.Jmp_rm64, IsIPRelativeMemoryOperand: true } && pointer(instruction.IPRelativeMemoryAddress) is { } target)
            {
                decoder = Decoder.Create(64, read(target), target);
                continue;
            }
            if (instruction.FlowControl != FlowControl.Next)
                return meant;
            if (instruction.Code is Code.Sub_rm64_imm8 or Code.Sub_rm64_imm32 && instruction.Op0Register == Register.RSP)
            {
                stack += (long)instruction.GetImmediate(1);
                if (stack is < 0 or > int.MaxValue)
                    return meant;
                continue;
            }
            if (instruction is { Op0Kind: OpKind.Memory, MemoryBase: Register.RSP })
            {
                var slot = (long)instruction.MemoryDisplacement64 - stack;
                if (instruction is { Code: Code.Mov_rm64_r64, MemoryIndex: Register.None } && holders.Contains(instruction.Op1Register) && slot + stack is >= 0 and < 8192 && slot % 8 == 0)
                    slots.Add(slot);
                else
                    slots.RemoveWhere(s => s < slot + Math.Max(8, instruction.MemorySize.GetSize()) && slot < s + 8);
            }
            var isCopy = instruction.Code is Code.Mov_rm64_r64 or Code.Mov_r64_rm64 && instruction.Op0Kind == OpKind.Register && instruction.Op1Kind == OpKind.Register;
            var copied = isCopy && holders.Contains(instruction.Op1Register);
            foreach (var used in info.GetInfo(instruction).GetUsedRegisters())
            {
                if (used.Access is OpAccess.Read or OpAccess.CondRead or OpAccess.NoMemAccess)
                    continue;
                var full = used.Register.GetFullRegister();
                if (full == Register.RSP)
                    return meant;
                holders.Remove(full);
            }
            if (copied)
                holders.Add(instruction.Op0Register);
        }
        return meant;
    }

    /// <summary>As much as there is: the code may end with its segment.</summary>
    private static byte[] ReadCode(ElfImage image, ulong address)
    {
        for (var length = MostBytes; length > 0; length /= 2)
        {
            if (image.TryReadMemory(address, length, out var bytes))
                return bytes.ToArray();
        }
        return [];
    }

    private static bool KernelEmulates(in Instruction instruction) => instruction.Code switch
    {
        Code.Jmp_rel8_64 or Code.Jmp_rel32_64 or Code.Call_rel32_64 or Code.Push_r64 => true,
        Code.Nopd => instruction.Length == 1,
        _ => instruction.IsJccShortOrNear,
    };
}
