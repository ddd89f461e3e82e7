using Hud.Target;

namespace Hud.Tracking.Kernel;

/// <summary>BPF programs see process ids of the initial pid namespace, so hud has to run there.</summary>
internal static class PidNamespace
{
    /// <summary>PROC_PID_INIT_INO of the kernel: the inode that the initial pid namespace always has.</summary>
    private const string Initial = "pid:[4026531836]";

    public static void RequireInitial()
    {
        string? link;
        try
        {
            link = new FileInfo("/proc/self/ns/pid").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }
        if (link is not null && link != Initial)
            throw new HudException("hud runs in a container's pid namespace and cannot tell the host's threads apart", "start it with the host's (docker run --pid=host)", ExitCode.PreconditionMissing);
    }
}
