using Hud.Analysis.Model;

namespace Hud.Analysis;

/// <summary>
/// What may be said of starved polls. They reach the threshold only with their time in the run queue, but that may be the last
/// bit of a poll that was nearly a blocker by itself.
/// </summary>
public static class Starvation
{
    /// <summary>True where the greater part of the polls' time went by without a CPU.</summary>
    public static bool IsMostly(IReadOnlyList<Blocker> starved)
    {
        ArgumentNullException.ThrowIfNull(starved);
        return IsMostly(starved.Sum(s => s.RunQueueNs), starved.Sum(s => s.TotalNs));
    }

    internal static bool IsMostly(long runQueueNs, long wallNs) => runQueueNs >= wallNs / 2;

    /// <summary>Advice for polls whose time is mostly their own.</summary>
    internal static string NearlyBlocking(long runQueueNs, long count) =>
        $"Most of the time is the {(count == 1 ? "poll's" : "polls'")} own: the threshold was reached only together with {Durations.Text(runQueueNs)} in the run queue. With a lower threshold this is a blocker, with its cause.";
}
