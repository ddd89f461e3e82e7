namespace Hud.Reporting;

/// <summary>Names of files made from names that a process chose.</summary>
public static class FileNames
{
    /// <summary>Letters, digits, <c>-</c>, <c>_</c> and <c>.</c> stay, all else becomes <c>_</c>; not hidden, and empty for an empty name.</summary>
    public static string Safe(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_')).TrimStart('.');
    }
}
