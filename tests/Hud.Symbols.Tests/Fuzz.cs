using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CsCheck;

namespace Hud.Symbols.Tests;

/// <summary>
/// Fuzzes one parser: an exception fails the test, and so does more memory than the parser may take for one input of this size. The failure names
/// the seed of its input; with CsCheck_Seed set to it the same input comes first. The environment sets the length of a run:
/// HUD_FUZZ_ITERATIONS inputs a parser (a short run without), HUD_FUZZ_HANG_SECONDS after which an unfinished input ends the process,
/// HUD_FUZZ_REPORT for a file that gets one line a parser.
/// </summary>
internal static class Fuzz
{
    /// <summary>No input of the small seeds may cost more; the limits that the tests pass allow about as much.</summary>
    private const long MaxAllocated = 64 << 20;

    private static readonly string? s_report = Environment.GetEnvironmentVariable("HUD_FUZZ_REPORT");
    private static readonly Lock s_reportLock = new();

    public static long Iterations { get; } = Setting("HUD_FUZZ_ITERATIONS") ?? 2_000;

    public static void Run<T>(Gen<T> inputs, Action<T> parse, int threads = -1) => Run(inputs, static input => input, parse, threads);

    /// <param name="prepare">Makes what is parsed from what is generated, and printed when it fails; its memory does not count.</param>
    /// <param name="threads">1 where <paramref name="parse"/> works on something shared.</param>
    public static void Run<T, TInput>(Gen<T> inputs, Func<T, TInput> prepare, Action<TInput> parse, int threads = -1)
    {
        string parser = TestContext.Current.Test?.TestDisplayName ?? "?";
        long count = 0, largest = 0;
        var current = new ConcurrentDictionary<int, Current>();
        using Timer? watchdog = Watchdog(parser, current);
        bool passed = false;
        try
        {
            new Watched<T>(inputs, current).Sample(
                generated =>
                {
                    TInput input = prepare(generated);
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    parse(input);
                    long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                    current[Environment.CurrentManagedThreadId] = default;
                    Interlocked.Increment(ref count);
                    if (allocated > Volatile.Read(ref largest))
                    {
                        Volatile.Write(ref largest, allocated);
                    }

                    if (allocated > MaxAllocated)
                    {
                        throw new InvalidOperationException($"one input made the parser allocate {allocated} bytes");
                    }
                },
                iter: Iterations, threads: threads);
            passed = true;
        }
        finally
        {
            Report($"{(passed ? "ok" : "FAILED")}\t{count}\t{largest}\t{parser}");
        }
    }

    private readonly record struct Current(string? Seed, long Started);

    /// <summary>Notes the seed of every input before it is made: what CsCheck prints as such is the generator's state at that point.</summary>
    private sealed class Watched<T>(Gen<T> inputs, ConcurrentDictionary<int, Current> current) : Gen<T>
    {
        public override T Generate(PCG pcg, Size? min, out Size size)
        {
            current[Environment.CurrentManagedThreadId] = new Current(pcg.ToString(pcg.State), Stopwatch.GetTimestamp());
            return inputs.Generate(pcg, min, out size);
        }
    }

    private static Timer? Watchdog(string parser, ConcurrentDictionary<int, Current> current)
    {
        if (Setting("HUD_FUZZ_HANG_SECONDS") is not { } seconds)
        {
            return null;
        }

        return new Timer(
            _ =>
            {
                foreach (Current input in current.Values)
                {
                    if (input.Seed is not null && Stopwatch.GetElapsedTime(input.Started).TotalSeconds > seconds)
                    {
                        Report($"HANGS\t0\t0\t{parser}, CsCheck_Seed={input.Seed}");
                        Environment.FailFast($"{parser}: an input is not done after {seconds} s; CsCheck_Seed={input.Seed} replays it");
                    }
                }
            },
            null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    private static void Report(string line)
    {
        if (s_report is not null)
        {
            lock (s_reportLock)
            {
                File.AppendAllText(s_report, line + "\n");
            }
        }
    }

    private static long? Setting(string name) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out long value) ? value : null;
}
