using Hud.Analysis.Model;

namespace Hud.Reporting;

public enum FailOn
{
    /// <summary>Every place over the limit.</summary>
    Any,

    /// <summary>Places over the limit that the baseline does not have.</summary>
    New,
}

/// <summary>What a check fails on.</summary>
public sealed record CheckOptions
{
    /// <summary>No poll may hold a worker longer. Null with <see cref="MaxTotalPercent"/> null: no blocking poll at all.</summary>
    public long? MaxBlockNs { get; init; }

    /// <summary>Blocked time may be at most this share of worker time, 0…100; allowed places do not count.</summary>
    public double? MaxTotalPercent { get; init; }

    /// <summary>An earlier session; what it has is known.</summary>
    public Report? Baseline { get; init; }

    /// <summary>Null: <see cref="Reporting.FailOn.New"/> with a baseline, else <see cref="Reporting.FailOn.Any"/>.</summary>
    public FailOn? FailOn { get; init; }
    public AllowList Allow { get; init; } = AllowList.Empty;
}

public enum PlaceStatus
{
    /// <summary>Over the limit, and nothing excuses it.</summary>
    Over,

    /// <summary>Within every limit.</summary>
    Within,

    /// <summary>Over the limit, but the baseline has it too.</summary>
    Known,

    /// <summary>Excused by the allow file.</summary>
    Allowed,
}

/// <param name="Reason">Why it has this status, as a sentence without a full stop.</param>
public sealed record CheckedPlace(Blocker Blocker, PlaceStatus Status, string Reason)
{
    public bool Fails => Status == PlaceStatus.Over;
}

/// <summary>The outcome of a check.</summary>
/// <param name="Passed">False: exit code 3.</param>
/// <param name="Verdict">One sentence.</param>
/// <param name="Places">Every blocker of the report; failing ones first, worst first.</param>
/// <param name="Notes">What weakens the result, in sentences.</param>
public sealed record CheckResult(bool Passed, string Verdict, IReadOnlyList<CheckedPlace> Places, IReadOnlyList<string> Notes);
