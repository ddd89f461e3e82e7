namespace Hud.Target;

/// <summary>The pid namespace that hud runs in.</summary>
public static class PidNamespaces
{
    /// <summary>PROC_PID_INIT_INO of the kernel: the inode that the initial pid namespace always has.</summary>
    private const string Initial = "pid:[4026531836]";

    /// <summary>The kernel counts process ids as hud does.</summary>
    public static bool IsInitial() => ProcFs.TryReadLink("/proc/self/ns/pid") is null or Initial;
}
