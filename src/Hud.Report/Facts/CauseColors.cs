using System.Globalization;
using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>One colour a cause in every picture.</summary>
internal static class CauseColors
{
    /// <summary>Fill for light pages; dark text on it has a contrast of at least 4.5 to 1.</summary>
    public static string Hex(string cause) => cause switch
    {
        Causes.Cpu => "#f0a860",
        Causes.Lock => "#ee8a8a",
        Causes.Sleep => "#c9a7eb",
        Causes.FileIo => "#7fb8ea",
        Causes.NetIo => "#7fd0c4",
        Causes.Dns => "#9ad27a",
        Causes.Process => "#e8cf5e",
        Causes.Pipe => "#d8b38a",
        Causes.PageFault => "#f0a3cf",
        _ => "#bcc3cc",
    };

    /// <summary>The same, halfway to white: for frames that are not the user's.</summary>
    public static string Pale(string cause)
    {
        var rgb = int.Parse(Hex(cause).AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var half = ((rgb >> 1) & 0x7f7f7f) + 0x808080;
        return "#" + half.ToString("x6", CultureInfo.InvariantCulture);
    }

    /// <summary>The nearest of Firefox Profiler's category colours.</summary>
    public static string Firefox(string cause) => cause switch
    {
        Causes.Cpu => "orange",
        Causes.Lock => "red",
        Causes.Sleep => "purple",
        Causes.FileIo => "blue",
        Causes.NetIo => "lightblue",
        Causes.Dns => "green",
        Causes.Process => "yellow",
        Causes.Pipe => "brown",
        Causes.PageFault => "magenta",
        _ => "grey",
    };
}
