using Hud.Analysis.Model;

namespace Hud.Reporting.Tests;

internal static class MockVariants
{
    public static Report Empty() => MockReport.Create() with
    {
        Blockers = [],
        Starved = [],
        DriverStalls = [],
        Events = [],
        Notes = ["The workers were parked 99.9 % of the time: was there any load?"],
    };

    /// <summary>As the exact tracker tells it: three future types, one that nothing names and one whose wakes were not seen.</summary>
    public static Report Exact()
    {
        var report = MockReport.Create();
        var histogram = new long[24];
        (histogram[3], histogram[6], histogram[15]) = (9_000, 990, 10);
        var polls = new TimeDistribution(10_000, 412_000_000, 31_000_003, 8_000, 64_000, histogram);
        var waits = new TimeDistribution(9_900, 83_000_000, 29_400_000, 8_000, 64_000, histogram);
        return report with
        {
            Session = report.Session with
            {
                Tracker = "exact",
                TrackerReason = "asked for; every poll is timed by probes",
                Polls = 30_000,
                Overhead = report.Session.Overhead with { ProbeHits = 90_000, ProbeNs = 135_000_000 },
            },
            Futures =
            [
                new FutureInfo("shop::http::serve", "0x55d0c0de5000", polls, waits),
                new FutureInfo(null, "0x55d0c0de6000", polls with { TotalNs = 2_000_000 }, waits with { MaxNs = 30_000 }),
                new FutureInfo("shop::main::{async_block#0}", "0x55d0c0de7000", polls with { TotalNs = 1_000_000 }, new TimeDistribution(0, 0, 0, 0, 0, new long[24])),
            ],
        };
    }

    public static Report NoWorkers() => Empty() with { Workers = [], Target = MockReport.Create().Target with { Runtimes = [], TokioVersion = null } };

    /// <summary>Names that try to break out of every format.</summary>
    public static readonly string[] HostileNames =
    [
        "a;b;<[u8; 32] as Debug>::fmt",
        "</script><script>alert(1)</script>",
        "quote\"apostrophe'back\\slash`tick",
        "line\nfeed\rreturn\ttab",
        "esc\e[31mred\e]0;title\a bell",
        "emoji 🦀🔥 e\u0301 日本語",
        "bidi \u202egnp.exe\u202c nul\0 del\u007f c1\u009b31m",
        "lone \ud800 surrogate",
        "%s%n{{closure}} ${x} #{y} ::warning file=x::pwned | pipe *star* [md](javascript:alert(1)) <!-- c -->",
        "]]><!ENTITY x> & &amp;",
        " leading and trailing ",
        "123",
        new string('x', 10_000) + "::tail",
    ];

    /// <summary>One group per hostile name; the name is also thread name, file, detail and advice.</summary>
    public static Report Hostile()
    {
        var report = MockReport.Create();
        var groups = new List<Blocker>();
        var events = new List<PollRecord>();
        for (var i = 0; i < HostileNames.Length; i++)
        {
            var name = HostileNames[i];
            var frame = new Frame(name, name, "/home/ann/" + name, i, i % 2 == 1, FrameKind.User, name);
            var outer = MockReport.Tokio("tokio::runtime::task::raw::poll");
            var id = $"h{i}";
            var group = MockReport.Group(id, Causes.Other, frame, frame with { Kind = FrameKind.Std }, name, [frame with { Kind = FrameKind.Std }, frame, outer], 1, 7_000_000 + i, MockReport.Ratio.Asleep);
            groups.Add(group with { Task = new TaskInfo(name, name, frame), HeldBy = [new HeldBy(frame, 1)], Advice = name });
            events.Add(new PollRecord { StartNs = MockReport.StartNs + i * 10_000_000L, DurationNs = group.TotalNs, OnCpuNs = group.OnCpuNs, BlockedNs = group.BlockedNs, Tid = 4243 + i % 3, Blocker = id });
        }

        return report with
        {
            Target = report.Target with { Name = HostileNames[4], Exe = HostileNames[1], TokioVersion = HostileNames[2] },
            Session = report.Session with { TrackerReason = HostileNames[3], CommandLine = HostileNames[8], Host = HostileNames[6], Lost = new Losses(7, 9) },
            Notes = HostileNames,
            Workers = [.. report.Workers.Select((w, i) => w with { Name = HostileNames[i + 1] })],
            Blockers = [.. groups.OrderByDescending(g => g.TotalNs)],
            Events = events,
            DriverStalls = [],
            Starved = [],
            Futures = [.. HostileNames.Select(name => Exact().Futures[0] with { Type = name })],
        };
    }
}
