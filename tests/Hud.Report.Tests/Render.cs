using System.Text;
using Hud.Analysis.Model;

namespace Hud.Reporting.Tests;

internal static class Render
{
    public static byte[] Bytes(string format, Report report, ExportOptions? options = null)
    {
        using var stream = new MemoryStream();
        Exporters.ByName(format)!.Write(report, stream, options ?? ExportOptions.Default);
        return stream.ToArray();
    }

    public static string Text(string format, Report report, ExportOptions? options = null) => Encoding.UTF8.GetString(Bytes(format, report, options));
}
