namespace Hud.Tracking.Tests.Kernel;

internal static class Root
{
    public static bool IsRoot => Environment.IsPrivilegedProcess;
}
