using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>How the figures by future type are put, for every format made for people.</summary>
internal static class FutureNames
{
    public static string Of(FutureInfo future) => future.Type is { } type ? NameText.Clean(type) : $"polled by {future.PollFunction}";

    public static string Footnote(Report report)
    {
        var delays = report.Futures.Any(f => f.ScheduleDelay is not null)
            ? " The schedule delay is the time from a wake to the poll that it asked for; a task's first poll, and one that its own poll asked for, have none."
            : "";
        var names = report.Futures.Any(f => f.Type is null) ? " Names of futures take debug information, the v0 mangling, or a blocking poll with its stack." : "";
        return $"Wall time; p99 is an upper bound, by up to a factor of two.{delays}{names}";
    }
}
