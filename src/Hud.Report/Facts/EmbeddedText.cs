namespace Hud.Reporting;

internal static class EmbeddedText
{
    /// <summary>A file of Assets/, line ends as in the repository.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the resource {name} is not built in");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
