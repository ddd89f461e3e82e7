namespace Hud.Symbols.Symbolization;

/// <summary>Symbol names as people read them.</summary>
internal static class SymbolName
{
    public static bool IsMangled(string name) => name.StartsWith("_Z", StringComparison.Ordinal) || name.StartsWith("_R", StringComparison.Ordinal);

    /// <summary>"memcpy" for "memcpy@@GLIBC_2.14".</summary>
    public static string WithoutVersion(string name)
    {
        int at = name.IndexOf('@', StringComparison.Ordinal);
        return at > 0 ? name[..at] : name;
    }
}
