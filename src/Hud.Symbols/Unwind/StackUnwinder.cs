using Hud.Symbols.Elf;

namespace Hud.Symbols.Unwind;

/// <summary>
/// Walks x86-64 stacks from registers and a copy of the stack's upper bytes; reads no other memory of the process. Call frame
/// information comes first, then the code of the function, then frame pointers. Not for several threads at once; allocates
/// nothing once the functions on the stack are known.
/// </summary>
public sealed class StackUnwinder(SymbolLimits limits)
{
    /// <summary>Bytes of _start, at most.</summary>
    private const ulong LongestEntry = 64;

    private readonly CodeScan _codeScan = new();

    public StackUnwinder()
        : this(SymbolLimits.Default)
    {
    }

    /// <summary>Of all stacks this unwinder walked.</summary>
    public ReasonCounters<StopReason> Counters { get; } = new();

    private enum Step
    {
        Continue,

        /// <summary>As <see cref="Continue"/>, but the caller was interrupted, not called from.</summary>
        ContinueExact,
        Stop,

        /// <summary>This way knows nothing about the address; another may.</summary>
        NoRules,
    }

    /// <summary>Appends the frames of one stack to <paramref name="into"/>, innermost first, the interrupted address included.</summary>
    /// <param name="stackAddress">Runtime address of the first byte of <paramref name="stack"/>; usually rsp.</param>
    /// <param name="replaced">Return addresses on this stack that uretprobes replaced.</param>
    public StopReason Unwind(
        in UnwindRegisters registers,
        ulong stackAddress,
        ReadOnlySpan<byte> stack,
        IUnwindModules modules,
        List<UnwoundFrame> into,
        ReadOnlySpan<ReplacedReturn> replaced = default)
    {
        ArgumentNullException.ThrowIfNull(modules);
        ArgumentNullException.ThrowIfNull(into);
        Walk walk = new() { Registers = registers, Memory = new StackMemory(stackAddress, stack), Replaced = replaced, IsExact = true };
        StopReason reason = StopReason.FrameLimit;
        for (int frame = 0; frame < limits.MaxFrames; frame++)
        {
            into.Add(new UnwoundFrame(walk.Registers.InstructionPointer, !walk.IsExact, walk.Registers.StackPointer));
            int index = into.Count - 1;
            Step step = Advance(ref walk, modules, frame == 0);
            if (walk.IsTrampoline) into[index] = into[index] with { IsReturnAddress = false };
            if (step == Step.Stop)
            {
                reason = walk.Reason;
                break;
            }
            walk.IsExact = step == Step.ContinueExact;
        }
        Counters.Add(reason);
        return reason;
    }

    private ref struct Walk
    {
        public UnwindRegisters Registers;
        public StackMemory Memory;
        public ReadOnlySpan<ReplacedReturn> Replaced;
        public bool IsExact;

        /// <summary>The frame just left is the kernel's signal trampoline, which nothing called.</summary>
        public bool IsTrampoline;
        public StopReason Reason;

        public Step Stop(StopReason reason)
        {
            Reason = reason;
            return Step.Stop;
        }

        public readonly bool TryReadReturnAddress(ulong slot, out ulong address)
        {
            foreach (ReplacedReturn entry in Replaced)
            {
                if (entry.Slot != slot) continue;
                address = entry.Address;
                return true;
            }
            return Memory.TryRead(slot, out address);
        }

        /// <summary>Moves to the caller once its registers are set.</summary>
        public Step Enter(in UnwindRegisters caller, bool exact)
        {
            ulong before = Registers.StackPointer;
            bool moved = caller.StackPointer > before || exact || !Memory.Contains(caller.StackPointer);
            Registers = caller;
            if (caller.InstructionPointer == 0) return Stop(StopReason.EndOfStack);
            if (!moved) return Stop(StopReason.NoProgress);
            return exact ? Step.ContinueExact : Step.Continue;
        }
    }

    private Step Advance(ref Walk walk, IUnwindModules modules, bool innermost)
    {
        walk.IsTrampoline = false;
        ulong address = walk.Registers.InstructionPointer;
        ulong lookup = walk.IsExact ? address : address - 1;
        if (!modules.TryFind(lookup, out UnwindModule module) && !modules.TryFind(address, out module))
        {
            return OutsideModules(ref walk, modules, innermost);
        }

        if (module.Cfi is not null && module.Cfi.TryFindRow(lookup - module.Bias, out CfiRow? row))
        {
            return ApplyRow(ref walk, row, module.Bias);
        }
        if (module.Image is { } image)
        {
            if (CallSite.IsSignalReturn(image, address - module.Bias)) return LeaveSignalFrame(ref walk);
            Step step = FollowCode(ref walk, image, address - module.Bias, modules);
            if (step != Step.NoRules) return step;
            // Nothing called the program's entry point; what its stack holds are arguments.
            if (address - module.Bias - image.EntryPoint < LongestEntry) return walk.Stop(StopReason.EndOfStack);
        }
        Step chained = FollowFramePointer(ref walk, modules, innermost);
        return chained == Step.NoRules ? walk.Stop(StopReason.NoUnwindInformation) : chained;
    }

    private Step ApplyRow(ref Walk walk, CfiRow row, ulong bias)
    {
        ref UnwindRegisters registers = ref walk.Registers;
        ulong cfa;
        if (row.Cfa.Kind == CfiRuleKind.Offset)
        {
            if (!registers.IsKnown(row.Cfa.Length)) return walk.Stop(StopReason.RegisterUnknown);
            cfa = registers[row.Cfa.Length] + (ulong)row.Cfa.Value;
        }
        else if (row.Cfa.Kind == CfiRuleKind.Expression)
        {
            CfiExpression.Result result = Evaluate(walk, row, row.Cfa, null, bias, out cfa);
            if (result != CfiExpression.Result.Done) return walk.Stop(ReasonOf(result));
        }
        else
        {
            return walk.Stop(StopReason.BadRules);
        }

        UnwindRegisters caller = registers;
        caller.StackPointer = cfa;
        int returnColumn = row.ReturnAddressRegister;
        bool hasReturnAddress = false;
        foreach ((int register, CfiRule rule) in row.Registers)
        {
            if (register >= UnwindRegisters.Count) continue;
            ulong value;
            CfiExpression.Result result = CfiExpression.Result.Done;
            switch (rule.Kind)
            {
                case CfiRuleKind.Undefined:
                    if (register == returnColumn) return walk.Stop(StopReason.EndOfStack);
                    caller.Forget(register);
                    continue;
                case CfiRuleKind.Offset:
                    ulong slot = cfa + (ulong)rule.Value;
                    bool read = register == returnColumn ? walk.TryReadReturnAddress(slot, out value) : walk.Memory.TryRead(slot, out value);
                    // An epilogue popped it already: the slot is below the stack pointer, and the register holds the value again.
                    if (!read && register != returnColumn && slot < registers.StackPointer) continue;
                    if (!read) result = CfiExpression.Result.MemoryNotCopied;
                    break;
                case CfiRuleKind.ValueOffset:
                    value = cfa + (ulong)rule.Value;
                    break;
                case CfiRuleKind.Register:
                    bool known = rule.Value is >= 0 and < UnwindRegisters.Count && registers.IsKnown((int)rule.Value);
                    value = known ? registers[(int)rule.Value] : 0;
                    if (!known) result = CfiExpression.Result.RegisterUnknown;
                    break;
                case CfiRuleKind.Expression:
                    result = Evaluate(walk, row, rule, cfa, bias, out value);
                    if (result == CfiExpression.Result.Done && !walk.Memory.TryRead(value, out value)) result = CfiExpression.Result.MemoryNotCopied;
                    break;
                case CfiRuleKind.ValueExpression:
                    result = Evaluate(walk, row, rule, cfa, bias, out value);
                    break;
                default:
                    continue;
            }
            if (result == CfiExpression.Result.Done)
            {
                caller[register] = value;
                hasReturnAddress |= register == returnColumn;
                continue;
            }
            // Without its return address or stack pointer there is no caller; other registers may never be asked for.
            if (register == returnColumn || register == UnwindRegisters.Rsp) return walk.Stop(ReasonOf(result));
            caller.Forget(register);
        }
        if (!hasReturnAddress) return walk.Stop(StopReason.BadRules);
        if (returnColumn != UnwindRegisters.Rip && returnColumn < UnwindRegisters.Count) caller.InstructionPointer = caller[returnColumn];
        walk.IsTrampoline = row.IsSignalFrame;
        return walk.Enter(caller, row.IsSignalFrame);
    }

    private CfiExpression.Result Evaluate(in Walk walk, CfiRow row, CfiRule rule, ulong? start, ulong bias, out ulong value) =>
        CfiExpression.Evaluate(row.Expression(rule), start, walk.Registers, walk.Memory, bias, limits.MaxExpressionSteps, out value);

    private static StopReason ReasonOf(CfiExpression.Result result) => result switch
    {
        CfiExpression.Result.MemoryNotCopied => StopReason.StackNotCopied,
        CfiExpression.Result.RegisterUnknown => StopReason.RegisterUnknown,
        _ => StopReason.BadRules,
    };

    /// <summary>
    /// At rt_sigreturn rsp points to the kernel's struct ucontext: flags, link and stack take 40 bytes, then
    /// r8–r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip.
    /// </summary>
    private static Step LeaveSignalFrame(ref Walk walk)
    {
        ReadOnlySpan<byte> order = [8, 9, 10, 11, 12, 13, 14, 15, 5, 4, 6, 3, 1, 0, 2, 7, 16];
        UnwindRegisters caller = default;
        ulong slot = walk.Registers.StackPointer + 40;
        foreach (byte register in order)
        {
            if (!walk.Memory.TryRead(slot, out ulong value)) return walk.Stop(StopReason.StackNotCopied);
            caller[register] = value;
            slot += 8;
        }
        walk.IsTrampoline = true;
        return walk.Enter(caller, exact: true);
    }

    private Step FollowCode(ref Walk walk, ElfImage image, ulong imageAddress, IUnwindModules modules)
    {
        if (!_codeScan.TryScan(image, imageAddress, out CodeScan.Frame frame)) return Step.NoRules;
        int baseRegister = frame.FromFramePointer ? UnwindRegisters.Rbp : UnwindRegisters.Rsp;
        if (!walk.Registers.IsKnown(baseRegister)) return Step.NoRules;
        ulong start = walk.Registers[baseRegister];
        ulong slot = start + (ulong)(long)frame.ReturnAddress;
        if (slot < walk.Registers.StackPointer) return Step.NoRules;
        if (!walk.TryReadReturnAddress(slot, out ulong returnAddress)) return walk.Stop(StopReason.StackNotCopied);
        if (returnAddress != 0 && !IsReturnAddress(returnAddress, modules)) return Step.NoRules;

        UnwindRegisters caller = walk.Registers;
        for (int register = 0; register < UnwindRegisters.Count; register++)
        {
            if ((frame.Restored >> register & 1) == 0) continue;
            if (walk.Memory.TryRead(start + (ulong)(long)frame.Slots[register], out ulong value)) caller[register] = value;
            else caller.Forget(register);
        }
        caller.StackPointer = slot + 8;
        caller.InstructionPointer = returnAddress;
        return walk.Enter(caller, exact: false);
    }

    /// <summary>
    /// Pushed by <c>push %rbp; mov %rsp, %rbp</c>: the caller's rbp, then the return address. In the innermost frame the
    /// return address may be all there is yet, so it must look like one.
    /// </summary>
    private static Step FollowFramePointer(ref Walk walk, IUnwindModules modules, bool innermost)
    {
        ref UnwindRegisters registers = ref walk.Registers;
        if (!registers.IsKnown(UnwindRegisters.Rbp)) return Step.NoRules;
        ulong frame = registers.FramePointer;
        if (frame < registers.StackPointer || frame % 8 != 0) return Step.NoRules;
        if (!walk.Memory.TryRead(frame, out ulong callerFrame) || !walk.TryReadReturnAddress(frame + 8, out ulong returnAddress))
        {
            return innermost || !walk.Memory.Contains(registers.StackPointer) ? Step.NoRules : walk.Stop(StopReason.StackNotCopied);
        }
        bool plausible = returnAddress == 0 || IsReturnAddress(returnAddress, modules)
            // Generated code calls generated code: all that can be checked is that the chain goes on upwards.
            || !modules.TryFind(returnAddress, out _) && callerFrame > frame && walk.Memory.Contains(callerFrame);
        if (!plausible) return Step.NoRules;
        UnwindRegisters caller = registers;
        caller.FramePointer = callerFrame;
        caller.StackPointer = frame + 16;
        caller.InstructionPointer = returnAddress;
        return walk.Enter(caller, exact: false);
    }

    /// <summary>A call through a bad pointer left its return address on top of the stack; generated code keeps frame pointers.</summary>
    private static Step OutsideModules(ref Walk walk, IUnwindModules modules, bool innermost)
    {
        if (innermost && walk.TryReadReturnAddress(walk.Registers.StackPointer, out ulong returnAddress) && IsReturnAddress(returnAddress, modules))
        {
            UnwindRegisters caller = walk.Registers;
            caller.StackPointer += 8;
            caller.InstructionPointer = returnAddress;
            return walk.Enter(caller, exact: false);
        }
        Step step = FollowFramePointer(ref walk, modules, innermost);
        return step == Step.NoRules ? walk.Stop(StopReason.OutsideModules) : step;
    }

    private static bool IsReturnAddress(ulong address, IUnwindModules modules)
    {
        if (!modules.TryFind(address - 1, out UnwindModule module) || module.Image is not { } image) return false;
        return CallSite.IsBehindCall(image, address - module.Bias) || CallSite.IsSignalReturn(image, address - module.Bias);
    }
}
