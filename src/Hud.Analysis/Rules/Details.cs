using System.Globalization;

namespace Hud.Analysis.Rules;

/// <summary>The words for what a system call works on.</summary>
internal static class Details
{
    /// <summary>"fsync /var/lib/x.db", "read fd 7".</summary>
    public static string OfDescriptor(Evidence evidence) =>
        evidence.Object is { Length: > 0 } path ? $"{evidence.Call} {path}" : $"{evidence.Call} fd {((int)evidence.Arg(0)).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>"openat /etc/hosts"; only the call where the path is not known.</summary>
    public static string OfPath(Evidence evidence) =>
        evidence.Object is { Length: > 0 } path ? $"{evidence.Call} {path}" : evidence.Call;

    public static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);
}
