using System.CommandLine;
using Hud.CommandLine;
using Hud.Reporting;
using Hud.Target;
using Hud.Tracking;

namespace Hud.Sessions;

/// <summary>One session as the command line asks for it. Exports are already known to be writable.</summary>
internal sealed record SessionSettings
{
    public string? Name { get; init; }
    public int? Pid { get; init; }
    public required Threshold Threshold { get; init; }
    public long? WindowNs { get; init; }
    public long? DurationNs { get; init; }
    public string? WorkersPrefix { get; init; }
    public string Tracker { get; init; } = "auto";
    public string? Symbols { get; init; }
    public ScheduleDelays ScheduleDelays { get; init; } = ScheduleDelays.WhereCheap;
    public double MaxOverheadPercent { get; init; } = 1;
    public IReadOnlyList<ExportTarget> Exports { get; init; } = [];

    public static SessionSettings From(ParseResult parse, SessionOptions options)
    {
        var format = parse.GetValue(options.Format);
        RequireBaseline(parse.GetValue(options.Threshold), parse.GetValue(options.Tracker));
        return new SessionSettings
        {
            Name = parse.GetValue(options.Name),
            Pid = parse.GetValue(options.Pid),
            Threshold = parse.GetValue(options.Threshold),
            WindowNs = Nanoseconds(parse.GetValue(options.Window)),
            DurationNs = Nanoseconds(parse.GetValue(options.Duration)),
            WorkersPrefix = parse.GetValue(options.Workers),
            Tracker = parse.GetValue(options.Tracker) ?? "auto",
            Symbols = parse.GetValue(options.Symbols),
            ScheduleDelays = parse.GetValue(options.ScheduleDelay) switch { "on" => ScheduleDelays.On, "off" => ScheduleDelays.Off, _ => ScheduleDelays.WhereCheap },
            MaxOverheadPercent = parse.GetValue(options.MaxOverhead),
            Exports = [.. (parse.GetValue(options.Export) ?? []).Select(path => ExportTarget.Create(path, format))],
        };
    }

    /// <exception cref="HudException">A relative threshold where not every poll is timed (usage).</exception>
    public static void RequireBaseline(Threshold threshold, string? tracker)
    {
        if (threshold.Relative is not null && tracker != "exact")
            throw new HudException($"--threshold {threshold} is a multiple of the program's own poll times, and only the exact tracker times every poll", "add --tracker exact, or give milliseconds", ExitCode.WrongUsage);
    }

    private static long? Nanoseconds(double? seconds) => seconds is { } s ? (long)Math.Min(s * 1e9, long.MaxValue / 2) : null;
}
