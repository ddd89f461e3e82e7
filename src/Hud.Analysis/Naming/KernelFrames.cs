using System.Globalization;
using Hud.Analysis.Model;
using Hud.Target;

namespace Hud.Analysis.Naming;

/// <summary>Names kernel addresses. The frames of hud's own probes at the top of a stack are left out.</summary>
internal sealed class KernelFrames(KernelSymbols symbols, int maxRemembered)
{
    private static readonly string[] OwnFrames = ["bpf_", "__bpf_", "___bpf_", "__traceiter_", "trace_event_", "perf_trace_", "__probestub_", "ftrace_", "arch_ftrace_"];

    private readonly Dictionary<ulong, Frame> _frames = [];

    public void AddTo(List<Frame> frames, ReadOnlySpan<ulong> addresses)
    {
        var top = true;
        for (var i = 0; i < addresses.Length; i++)
        {
            if (addresses[i] == 0) continue;
            var frame = Of(addresses[i], isReturnAddress: i > 0);
            if (top && IsOwn(frame.Function)) continue;
            top = false;
            frames.Add(frame);
        }
    }

    private static bool IsOwn(string function)
    {
        foreach (var prefix in OwnFrames)
        {
            if (function.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    private Frame Of(ulong address, bool isReturnAddress)
    {
        if (_frames.TryGetValue(address, out var known)) return known;
        if (_frames.Count >= maxRemembered) _frames.Clear();
        var text = "0x" + address.ToString("x", CultureInfo.InvariantCulture);
        var frame = new Frame(symbols.Name(isReturnAddress ? address - 1 : address) ?? text, "[kernel]", null, null, false, FrameKind.Kernel, text);
        _frames.Add(address, frame);
        return frame;
    }
}
