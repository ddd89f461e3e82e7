namespace Hud.Target;

/// <summary>Looks at every precondition of a session: the host's, and a target's if there is one.</summary>
public static class Preflight
{
    /// <summary>The host's preconditions, in the order to fix them.</summary>
    public static IReadOnlyList<Finding> Run() => HostFindings.Judge(HostFacts.Read());

    /// <summary>The host's preconditions, then what the target's files allow.</summary>
    public static IReadOnlyList<Finding> Run(ProcessModules modules)
    {
        var host = HostFacts.Read();
        return [.. HostFindings.Judge(host), .. TargetFindings.Judge(modules, host.HasUprobes)];
    }

    /// <exception cref="HudException">Exit code 4, with the first thing of the host that is missing.</exception>
    public static void RequireHost() => Require(Run());

    internal static void Require(IReadOnlyList<Finding> findings)
    {
        if (findings.FirstOrDefault(f => f.Status == FindingStatus.Missing) is { } missing)
            throw new HudException($"{missing.Name}: {missing.Found}", missing.Fix, ExitCode.PreconditionMissing);
    }
}
