using System.Globalization;
using Hud.Analysis.Model;

namespace Hud.Analysis;

/// <summary>What was lost between kernel and hud, and what that means for the report.</summary>
public static class LossText
{
    /// <summary>A clause without a full stop; null where nothing was lost. A lost stack lowers no count, a lost event may be a poll's end.</summary>
    public static string? Of(Losses lost)
    {
        ArgumentNullException.ThrowIfNull(lost);
        return lost switch
        {
            { Events: 0, Stacks: 0 } => null,
            { Events: 0 } => $"{Count(lost.Stacks, "stack")} lost: counts and times are complete, some polls lack stacks",
            { Stacks: 0 } => $"{Count(lost.Events, "event")} lost: counts and times are lower bounds",
            _ => $"{Count(lost.Events, "event")} and {Count(lost.Stacks, "stack")} lost: counts and times are lower bounds, some polls lack stacks",
        };
    }

    private static string Count(long n, string noun) => string.Create(CultureInfo.InvariantCulture, $"{n} {noun}{(n == 1 ? "" : "s")}");
}
