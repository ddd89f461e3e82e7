namespace Hud.Target;

public enum FindingStatus
{
    Ok,

    /// <summary>hud works, but something of the report will be missing.</summary>
    Warning,

    /// <summary>hud cannot work.</summary>
    Missing,
}

/// <summary>One precondition, as <c>hud doctor</c> prints it.</summary>
/// <param name="Name">What was looked at: "BTF".</param>
/// <param name="Found">What is there, as a sentence fragment: "/sys/kernel/btf/vmlinux, 5.3 MB".</param>
/// <param name="Fix">What to do; null when nothing needs doing.</param>
public sealed record Finding(string Name, FindingStatus Status, string Found, string? Fix = null);
