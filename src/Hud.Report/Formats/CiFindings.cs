using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>What the formats of CI systems list: one entry a group, with the sentence that goes next to the code.</summary>
/// <param name="Fails">The entry is something to fail on.</param>
/// <param name="Reason">Why it fails, or why it does not; null without a check.</param>
internal sealed record CiFinding(Blocker Blocker, bool Fails, string? Reason)
{
    public static IReadOnlyList<CiFinding> Of(Report report, ExportOptions options) =>
        options.Check is { } check
            ? [.. check.Places.Where(p => p.Status != PlaceStatus.Within).Select(p => new CiFinding(p.Blocker, p.Fails, p.Reason))]
            : [.. report.Blockers.Select(b => new CiFinding(b, true, null))];

    /// <summary>"shop::load blocks a Tokio worker for up to 41 ms (file-io in std::fs::read): 11 polls, 396 ms in all. …"</summary>
    public string Message()
    {
        var b = Blocker;
        var call = b.Call is { } c ? $" in {NameText.Clean(c.Function, 160)}" : "";
        var detail = b.Detail is { } d ? $" [{NameText.Clean(d, 160)}]" : "";
        var reason = Reason is null ? "" : $" {Reason}.";
        return $"{NameText.Clean(b.Culprit.Function, 300)} blocks a Tokio worker for up to {Units.Duration(b.MaxNs)} ({b.Cause}{call}){detail}: "
            + $"{Units.Count(b.Count, "poll")}, {Units.Duration(b.TotalNs)} in all.{reason} {NameText.Clean(b.Advice, 400)}";
    }

    /// <summary>The innermost user frame with a file of the repository: where an annotation belongs.</summary>
    public (string File, int Line)? Place(SourcePaths paths)
    {
        foreach (var frame in new[] { Blocker.Culprit }.Concat(Blocker.Stacks.Take(1).SelectMany(s => s.Frames)))
        {
            if (frame.Kind == FrameKind.User && paths.Relative(frame.File) is { } file)
                return (file, Math.Max(1, frame.Line ?? 1));
        }

        return null;
    }
}
