using Hud.Analysis.Model;
using Hud.Analysis.Naming;
using Hud.Analysis.Reading;
using Hud.Symbols.Unwind;
using Hud.Target;
using Hud.Tracking.Events;

namespace Hud.Analysis;

/// <summary>Unwinds copied stacks with the modules' unwind rules and names their frames. Safe for several threads.</summary>
public sealed class StackNamer : IStackNamer
{
    private readonly Lock _lock = new();
    private readonly ProcessModules _modules;
    private readonly KernelFrames _kernel;
    private readonly UserFrames _user;
    private readonly NameQuality _quality = new();
    private readonly StackUnwinder _unwinder = new();
    private readonly List<UnwoundFrame> _unwound = [];

    public StackNamer(ProcessModules modules, KernelSymbols kernel, NamingOptions? options = null)
    {
        options ??= new NamingOptions();
        _modules = modules;
        _kernel = new KernelFrames(kernel, options.MaxRememberedAddresses);
        _user = new UserFrames(modules, options, _quality);
    }

    public SymbolQuality Quality
    {
        get { lock (_lock) return _quality.Build(); }
    }

    public NamedStack Name(StackEvent stack)
    {
        ArgumentNullException.ThrowIfNull(stack);
        lock (_lock)
        {
            var frames = new List<Frame>();
            _kernel.AddTo(frames, stack.KernelStack);
            var kernel = frames.Count;
            var reason = Unwind(stack);
            foreach (var frame in _unwound) _user.AddTo(frames, frame);

            // What lies outside the poll is Tokio's; a stack that reaches that far is whole for every purpose.
            StopReason? cut = reason == StopReason.EndOfStack || ReachesPoll(frames, kernel) ? null : reason;
            if (stack.Kind != StackKind.Waker) _quality.AddStack(cut);
            return new NamedStack(frames, cut?.Sentence());
        }
    }

    public string FunctionAt(ulong address)
    {
        lock (_lock) return _user.FunctionAt(address);
    }

    private StopReason Unwind(StackEvent stack)
    {
        _unwound.Clear();
        var registers = new UnwindRegisters();
        for (var i = 0; i < UnwindRegisters.Count; i++) registers[i] = stack.Registers[i];
        return registers.InstructionPointer == 0
            ? StopReason.StackNotCopied
            : _unwinder.Unwind(registers, registers.StackPointer, stack.UserStack.Span, _modules, _unwound);
    }

    private static bool ReachesPoll(List<Frame> frames, int from)
    {
        for (var i = from; i < frames.Count; i++)
        {
            if (TokioFrames.IsPollBoundary(frames[i])) return true;
        }
        return false;
    }
}
