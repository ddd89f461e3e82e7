using System.Diagnostics;
using System.Text.Json;
using Hud.Bench.EndToEnd;
using Hud.Bench.Live;
using Hud.Live;
using Hud.Live.Terminal;

// Hud.Bench.Live OUT.json: what a redraw of the live view costs at ten frames a second.
if (args.Length < 1)
{
    Console.Error.WriteLine("usage: Hud.Bench.Live OUT.json");
    return 2;
}
const int Runs = 5;
const int Frames = 600;
(string Name, string Keys)[] screens = [("blockers", "1"), ("workers", "2"), ("events", "3"), ("status", "4"), ("detail", "1\r"), ("flame graph", "1\r\t\t")];
var rows = new List<Row>();

foreach (var (name, keys) in screens)
    Add(Measure(name, keys, events: 10_000, warmUp: 100));
// The same screen an hour into the session: it must not have become dearer.
Add(Measure("workers after an hour", "2", events: 10_000, warmUp: 36_000));
await File.WriteAllBytesAsync(args[0], JsonSerializer.SerializeToUtf8Bytes(rows, new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase }));
return 0;

IEnumerable<Row> Measure(string name, string keys, int events, int warmUp)
{
    var (cpu, bytes, heap) = (new List<double>(), new List<double>(), new List<double>());
    for (var run = 0; run < Runs; run++)
    {
        var session = new ReplayedSession(events);
        var (startedAt, allocated) = (TimeSpan.Zero, 0L);
        var terminal = new CountingTerminal(120, 40, keys, warmUp, Frames, session)
        {
            Measured = begins =>
            {
                if (begins)
                {
                    (startedAt, allocated) = (Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());
                    return;
                }
                cpu.Add((Environment.CpuUsage.TotalTime - startedAt).TotalSeconds / (Frames / 10.0) * 100);
                heap.Add((GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Frames);
            },
        };
        new LiveApp(session, terminal, new TerminalProfile(ColorDepth.TrueColor, Ascii: false, LightBackground: false), new FrameClock()).Loop();
        bytes.Add(terminal.Written / (Frames / 10.0) / 1000);
    }
    yield return Row.Of($"live view at 10 Hz, 10 000 events, {name}", "% of core", cpu, "≤ 1");
    yield return Row.Of($"  written to the terminal, {name}", "kB/s", bytes, "only what changed");
    yield return Row.Of($"  allocated by a frame and its session's push, {name}", "B", heap, "near 0");
}

void Add(IEnumerable<Row> measured)
{
    foreach (var row in measured)
    {
        Console.WriteLine(row);
        rows.Add(row);
    }
}

/// <summary>Every look at the clock is a frame later, so that each turn of the loop draws.</summary>
internal sealed class FrameClock : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => 10;

    public override long GetTimestamp() => ++_now;
}
