namespace Hud.Analysis.Naming;

/// <summary>How stacks are named.</summary>
public sealed record NamingOptions
{
    /// <summary>Crates that count as the user's own code, besides those found to be.</summary>
    public IReadOnlyList<string> UserCrates { get; init; } = [];

    /// <summary>Crates that count as dependencies.</summary>
    public IReadOnlyList<string> DependencyCrates { get; init; } = [];

    /// <summary>Addresses whose frames are remembered; beyond it all are forgotten and named anew.</summary>
    public int MaxRememberedAddresses { get; init; } = 50_000;
}
