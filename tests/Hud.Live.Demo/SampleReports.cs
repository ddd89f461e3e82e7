using Hud.Analysis.Model;

namespace Hud.Live.Demo;

/// <summary>Reports in the states that a screen has to cope with. Everything in them is fixed: no clock, no chance.</summary>
public static class SampleReports
{
    public const long Ms = 1_000_000;
    public const long Second = 1_000 * Ms;
    public const long StartNs = 5_000 * Second;
    public const int FirstTid = 4101;

    public static Report Empty(long thresholdNs = 5 * Ms, long? windowNs = 30 * Second) => new()
    {
        Tool = new ToolInfo("hud", "0.1.0"),
        Target = new TargetInfo
        {
            Pid = 4100,
            Name = "checkout",
            Exe = "/usr/src/app/checkout",
            BuildId = "8f3a1c0e5b7d4f20",
            TokioVersion = "1.53.1",
            Runtimes = [new RuntimeInfo("multi_thread", 4)],
        },
        Session = new SessionInfo
        {
            StartedAt = new DateTimeOffset(2026, 3, 4, 2, 7, 30, TimeSpan.Zero),
            StartNs = StartNs,
            DurationNs = 95 * Second,
            ThresholdNs = thresholdNs,
            Tracker = "sampled",
            TrackerReason = "the binary has no symbols for uprobes",
            SamplePeriodNs = Ms,
            WindowNs = windowNs,
            Polls = 1_204_331,
            Host = "web-7",
            Kernel = "6.18.1",
            CommandLine = "checkout --listen 0.0.0.0:8080",
            Overhead = new Overhead(190 * Ms, 410_000, 700 * Ms, 41_000_000, OverNs: 96 * Second),
            Symbols = new SymbolQuality { WithLines = 412, NameOnly = 88, Unnamed = 3 },
        },
        Workers = Workers(4, onCpu: 0.12, blocked: 0, runQueue: 0.004),
    };

    public static IReadOnlyList<WorkerInfo> Workers(int count, double onCpu, double blocked, double runQueue) =>
    [
        .. Enumerable.Range(0, count).Select(i => new WorkerInfo
        {
            Tid = FirstTid + i,
            Name = "tokio-runtime-w",
            Index = i,
            OnCpuNs = (long)(onCpu * 30 * Second),
            BlockedNs = (long)(blocked * 30 * Second),
            RunQueueNs = (long)(runQueue * 30 * Second),
            IdleNs = (long)((1 - onCpu - blocked - runQueue) * 30 * Second),
        }),
    ];

    public static Report Idle() => Empty() with { Workers = Workers(4, onCpu: 0.0003, blocked: 0, runQueue: 0) };

    public static Report NoWorkers() => Empty() with
    {
        Workers = [],
        Notes = ["No thread of checkout (4100) has entered a Tokio runtime; is this the process that serves? `hud ps` lists the others."],
    };

    public static Report LostEvents() => Empty() with { Session = Empty().Session with { Lost = new Losses(1812, 44) } };

    public static Report Starved() => Group(Empty(), [new SampleBlocker
    {
        Id = "st01", Cause = Causes.CpuStarved, Culprit = SampleFrames.User("checkout::api::list_orders", "/usr/src/app/src/api.rs", 88),
        Count = 17, EachNs = 9 * Ms,
    }]);

    public static Report OneBlocker() => Group(Empty(), [SampleBlockers.Fsync]);

    public static Report Many() => Group(Empty(), SampleBlockers.All);

    /// <summary>A worker sits in an fsync for 1.4 s, the others wait for I/O that nobody polls.</summary>
    public static Report StuckNow()
    {
        var report = Many();
        var end = report.Session.StartNs + report.Session.DurationNs;
        return report with
        {
            Events = [.. report.Events, new PollRecord { StartNs = end - 1_400 * Ms, DurationNs = 1_400 * Ms, BlockedNs = 1_390 * Ms, OnCpuNs = 10 * Ms, Tid = FirstTid + 2, TaskId = 991, Blocker = SampleBlockers.Fsync.Id, InProgress = true }],
            DriverStalls = [new DriverStall(end - 1_400 * Ms, 1_400 * Ms, FirstTid + 2, SampleBlockers.Fsync.Id, 3, InProgress: true)],
        };
    }

    /// <summary>As many events in the window as asked for, spread over all blockers.</summary>
    public static Report Large(int events)
    {
        var each = events / SampleBlockers.All.Count;
        return Group(Empty(), [.. SampleBlockers.All.Select(b => b with { Count = each, EachNs = Math.Min(b.EachNs, 20 * Ms) })]);
    }

    public static Report NoSymbols() => Group(Empty() with
    {
        Session = Empty().Session with
        {
            Symbols = new SymbolQuality
            {
                WithLines = 0, NameOnly = 21, Unnamed = 380,
                CutStacks = new Dictionary<string, long> { ["no unwind information for libfoo.so"] = 12 },
                Hint = "checkout has no symbol table; keep it (strip = \"debuginfo\") or give --symbols PATH",
            },
        },
        Notes = ["Most functions have no names: checkout is stripped. Blockers are grouped by address."],
    }, [SampleBlockers.Unnamed]);

    /// <summary>Names in other scripts, and names made to break a terminal.</summary>
    public static Report Hostile()
    {
        var report = Group(Empty(), SampleBlockers.Hostile);
        return report with
        {
            Target = report.Target with { Name = "\e]0;pwned\acheck\u202Eout", Exe = "/opt/\u009b31m/zahlung-größe" },
            Workers = [.. report.Workers.Select(w => w with { Name = "wörker-漢字-\e[2J" })],
            Notes = ["note with \e[31mred\e[0m and \r carriage"],
        };
    }

    /// <summary>Watched by the exact tracker.</summary>
    public static Report Exact() => Many() with
    {
        Session = Many().Session with { Tracker = "exact", TrackerReason = "asked for; every poll is timed by probes" },
        Futures =
        [
            new FutureInfo("checkout::api::list_orders::{async_fn}", "poll_0", Times([0, 310, 5_200, 12_800, 900, 40, 0, 12, 3, 0, 0, 1]), Times([120, 18_000, 900, 31, 4, 0, 1])),
            new FutureInfo("checkout::jobs::reconcile::{async_fn}::{async_block}", "poll_1", Times([90_000, 4]), Times([88_000, 1_900])),
            new FutureInfo(null, "0x41f20 in checkout", Times([0, 0, 0, 7]), null),
        ],
    };

    /// <param name="counts">Of each power of two, from a microsecond on.</param>
    private static TimeDistribution Times(long[] counts)
    {
        long[] all = [.. counts, .. new long[24 - counts.Length]];
        return new TimeDistribution(all.Sum(), all.Select((n, i) => n * (750L << i)).Sum(), 940L << (counts.Length - 1), Percentile(0.5), Percentile(0.99), all);

        long Percentile(double share)
        {
            long seen = 0;
            return 1000L << Array.FindIndex(all, n => (seen += n) >= share * all.Sum());
        }
    }

    internal static Report Group(Report report, params IReadOnlyList<SampleBlocker> samples)
    {
        var groups = samples.Select(s => (Sample: s, Blocker: s.ToBlocker())).ToList();
        var events = samples.SelectMany(s => s.Events(report)).OrderBy(e => e.StartNs).ToList();
        return report with
        {
            Blockers = [.. groups.Where(g => g.Sample.Cause != Causes.CpuStarved).Select(g => g.Blocker).OrderByDescending(b => b.TotalNs)],
            Starved = [.. groups.Where(g => g.Sample.Cause == Causes.CpuStarved).Select(g => g.Blocker)],
            Events = events,
            Workers = [.. report.Workers.Select(w => w with
            {
                BlockedNs = w.BlockedNs + events.Where(e => e.Tid == w.Tid).Sum(e => e.BlockedNs),
                IdleNs = Math.Max(0, w.IdleNs - events.Where(e => e.Tid == w.Tid).Sum(e => e.DurationNs)),
                Blockers = events.Count(e => e.Tid == w.Tid),
            })],
        };
    }
}
