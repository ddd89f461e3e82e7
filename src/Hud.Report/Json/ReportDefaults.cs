using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>
/// Gives members that a file lacks the model's own defaults: the generated reader sets every init-only member, a missing
/// one to null. Older files thus stay readable when the model grows.
/// </summary>
internal static class ReportDefaults
{
    public static Report Fill(Report r) => r with
    {
        Schema = r.Schema ?? Report.SchemaName,
        Target = r.Target with { Runtimes = r.Target.Runtimes ?? [] },
        Session = r.Session with
        {
            Lost = r.Session.Lost ?? new Losses(0, 0),
            Overhead = Fill(r.Session.Overhead ?? new Overhead(0, 0, 0, 0), r.Session.DurationNs),
            Symbols = Fill(r.Session.Symbols ?? new SymbolQuality()),
        },
        Notes = r.Notes ?? [],
        Workers = r.Workers ?? [],
        Blockers = Fill(r.Blockers),
        Starved = Fill(r.Starved),
        DriverStalls = r.DriverStalls ?? [],
        Events = r.Events ?? [],
        Futures = r.Futures ?? [],
    };

    private static Overhead Fill(Overhead overhead, long durationNs) => overhead.OverNs > 0 ? overhead : overhead with { OverNs = durationNs };

    private static SymbolQuality Fill(SymbolQuality q) => q with
    {
        CutStacks = q.CutStacks ?? new Dictionary<string, long>(),
        NameGaps = q.NameGaps ?? new Dictionary<string, long>(),
    };

    private static Blocker[] Fill(IReadOnlyList<Blocker>? blockers)
    {
        var filled = new Blocker[blockers?.Count ?? 0];
        for (var i = 0; i < filled.Length; i++)
        {
            // A null element is for the validation to name.
            if (blockers![i] is { } b)
                filled[i] = b with { Workers = b.Workers ?? [], Stacks = b.Stacks ?? [], CauseShares = b.CauseShares ?? [], WorkerShares = b.WorkerShares ?? [] };
        }

        return filled;
    }
}
