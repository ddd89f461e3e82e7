using Hud.Analysis.Model;

namespace Hud.Analysis.Rules;

/// <summary>
/// The rules in order. The broad causes that lie above a system call (a resolver reads files and sockets; a child
/// process is started through pipes) come before the ones that look at the call itself.
/// </summary>
internal static class CauseRules
{
    public static IReadOnlyList<ICauseRule> All { get; } =
    [
        new DnsRule(),
        new ProcessRule(),
        new PageFaultRule(),
        new SleepRule(),
        new LockRule(),
        new YieldRule(),
        new PipeRule(),
        new NetIoRule(),
        new FileIoRule(),
        new OtherRule(),
    ];

    public static CauseVerdict Classify(Evidence evidence)
    {
        foreach (var rule in All)
        {
            if (rule.Check(evidence) is { } verdict) return verdict;
        }
        return new CauseVerdict(Causes.Cpu, null);
    }
}
