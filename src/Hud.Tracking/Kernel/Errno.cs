using System.Runtime.InteropServices;

namespace Hud.Tracking.Kernel;

/// <summary>Error numbers in words.</summary>
internal static class Errno
{
    private const int EPERM = 1;
    private const int EACCES = 13;

    public static bool IsPermission(int error) => error is EPERM or EACCES;

    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);
}
