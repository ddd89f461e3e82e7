using System.Globalization;

namespace Hud.Kernel.Tests.GroundTruth;

/// <summary>
/// One line of a ground-truth program's log (tests/fixtures/ground-truth/src/log.rs describes it).
/// Times are CLOCK_MONOTONIC nanoseconds.
/// </summary>
/// <param name="RunQueueNs">How long the thread was runnable without running in between.</param>
/// <param name="Cause">hud's word for the cause, "-" where nothing is to be reported.</param>
internal sealed record TruthCall(
    long StartNs,
    long EndNs,
    long RunQueueNs,
    int Tid,
    Verdict Verdict,
    string Cause,
    string Function,
    string? Holder)
{
    public long WallNs => EndNs - StartNs;

    public long OwnNs => WallNs - RunQueueNs;

    public long OverlapNs(long startNs, long endNs) => Math.Max(0, Math.Min(EndNs, endNs) - Math.Max(StartNs, startNs));

    public static TruthCall Parse(string line)
    {
        var parts = line.Split(' ');
        if (parts.Length != 8) throw new FormatException($"not a line of a ground-truth log: '{line}'");
        return new TruthCall(
            Number(parts[0]),
            Number(parts[1]),
            Number(parts[2]),
            (int)Number(parts[3]),
            Enum.Parse<Verdict>(parts[4], ignoreCase: true),
            parts[5],
            parts[6],
            parts[7] == "-" ? null : parts[7]);
    }

    public static IReadOnlyList<TruthCall> Read(string path)
    {
        var text = File.ReadAllText(path);
        // The program may be in the middle of a line when it is ended.
        var complete = text[..(text.LastIndexOf('\n') + 1)];
        return [.. complete.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Function} ({Cause}) tid {Tid} at {StartNs} wall {WallNs / 1e6:F2} ms, run queue {RunQueueNs / 1e6:F2} ms");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

internal enum Verdict
{
    /// <summary>Blocks a worker: must be reported.</summary>
    Block,

    /// <summary>Must not be reported.</summary>
    Legal,

    /// <summary>One poll of a timed future; holds calls of the other kinds.</summary>
    Poll,

    /// <summary>From a wake of a task to the poll that it asked for.</summary>
    Wake,
}
