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
            { Events: 0 } => $"{Counts.Text(lost.Stacks, "stack")} lost: counts and times are complete, some polls lack stacks",
            { Stacks: 0 } => $"{Counts.Text(lost.Events, "event")} lost: counts and times are lower bounds",
            _ => $"{Counts.Text(lost.Events, "event")} and {Counts.Text(lost.Stacks, "stack")} lost: counts and times are lower bounds, some polls lack stacks",
        };
    }
}
