using BenchmarkDotNet.Attributes;
using Hud.Symbols;
using Hud.Symbols.Unwind;

namespace Hud.Bench;

/// <summary>A stack of 40 frames, unwound again and again; the rows behind it; the same with nothing known yet.</summary>
public class UnwindBenchmarks
{
    private readonly SyntheticStack _stack = new(depth: 40);
    private readonly StackUnwinder _unwinder = new();
    private readonly List<UnwoundFrame> _frames = new(64);

    [GlobalSetup]
    public void Check()
    {
        if (Warm_40_frames() != 40) throw new InvalidOperationException($"{_frames.Count} frames");
    }

    [Benchmark]
    public int Warm_40_frames()
    {
        _frames.Clear();
        _unwinder.Unwind(_stack.Registers, _stack.StackAddress, _stack.Stack, _stack, _frames);
        return _frames.Count;
    }

    [Benchmark(OperationsPerInvoke = 40)]
    public int Warm_row_lookup()
    {
        int found = 0;
        foreach (ulong address in _stack.ReturnAddresses)
        {
            if (_stack.Cfi.TryFindRow(address, out _)) found++;
        }
        return found;
    }

    [Benchmark(OperationsPerInvoke = 40)]
    public int Function_lookup()
    {
        int found = 0;
        foreach (ulong address in _stack.ReturnAddresses)
        {
            if (_stack.Cfi.TryFindFunction(address, out _, out _)) found++;
        }
        return found;
    }
}
