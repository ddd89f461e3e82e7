using Hud.Analysis.Model;

namespace Hud.Reporting;

public enum ChangeKind
{
    Worse,
    New,
    Better,
    Gone,

    /// <summary>The difference is within what two sessions of the same program differ by.</summary>
    Unchanged,
}

/// <summary>One place in one session: all groups with its culprit and cause.</summary>
/// <param name="Count">Blocking polls.</param>
/// <param name="TotalNs">Own time.</param>
/// <param name="NsPerMinute">Own time per minute of session.</param>
/// <param name="Variance">Of <paramref name="TotalNs"/>, in ns², polls taken as independent arrivals.</param>
public sealed record PlaceSide(long Count, long TotalNs, long MaxNs, double NsPerMinute, double Variance)
{
    public static PlaceSide None { get; } = new(0, 0, 0, 0, 0);
}

/// <summary>One place in both sessions, matched by the culprit's name and the cause, not by lines.</summary>
/// <param name="Culprit">From the later session where it has the place.</param>
/// <param name="Significant">The change is beyond noise; for <see cref="ChangeKind.New"/> and <see cref="ChangeKind.Gone"/>, too frequent to have been missed by chance.</param>
/// <param name="Explanation">In words, with the numbers.</param>
public sealed record PlaceChange(ChangeKind Kind, string Cause, Frame Culprit, Frame? Call, PlaceSide Before, PlaceSide After, bool Significant, string Explanation)
{
    public double ChangeNsPerMinute => After.NsPerMinute - Before.NsPerMinute;
}
