using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>Paths as a reader of the repository knows them: without the directory that the build machine kept it in.</summary>
internal sealed class SourcePaths
{
    private static readonly string[] Landmarks = ["src", "crates", "examples", "tests", "benches", "bin", "lib"];
    private readonly string _root;

    public SourcePaths(Report report, string? root) => _root = Normalize(root ?? Guess(report));

    /// <summary>Relative to the root, with '/'; null for a file outside of it (a registry crate, the standard library).</summary>
    public string? Relative(string? file)
    {
        if (string.IsNullOrEmpty(file))
            return null;
        if (file[0] != '/')
            return file.StartsWith("../", StringComparison.Ordinal) || file.Contains("/../", StringComparison.Ordinal) ? null : file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file;
        return _root.Length > 1 && file.StartsWith(_root, StringComparison.Ordinal) && file.Length > _root.Length ? file[_root.Length..] : null;
    }

    /// <summary>"src/main.rs:42", with the path shortened where it can be; null without a file.</summary>
    public string? Location(Frame frame)
    {
        if (string.IsNullOrEmpty(frame.File))
            return null;
        var path = NameText.Clean(Relative(frame.File) ?? Registry(frame.File), 120);
        return frame.Line is > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}:{frame.Line}") : path;
    }

    /// <summary>Crates from a registry start with the crate's directory, the standard library with "library/".</summary>
    private static string Registry(string file)
    {
        foreach (var marker in (ReadOnlySpan<string>)["/registry/src/", "/git/checkouts/", "/rustc/"])
        {
            var at = file.IndexOf(marker, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var next = file.IndexOf('/', at + marker.Length);
            if (next > 0)
                return file[(next + 1)..];
        }

        const string debian = "/usr/share/cargo/registry/";
        return file.StartsWith(debian, StringComparison.Ordinal) ? file[debian.Length..] : file;
    }

    private static string Guess(Report report)
    {
        string? common = null;
        foreach (var file in UserFiles(report))
        {
            var directory = file[..(file.LastIndexOf('/') + 1)];
            common = common is null ? directory : CommonDirectory(common, directory);
        }

        if (common is null)
            return "";
        var parts = common.Split('/');
        var landmark = Array.FindIndex(parts, 1, p => Landmarks.Contains(p));
        // "/usr/src/app/src" is common in containers: the landmark is then the last one.
        if (landmark == 2 && parts[1] == "usr")
            landmark = Array.FindLastIndex(parts, p => Landmarks.Contains(p)) is var last and > 2 ? last : parts.Length - 1;
        return landmark > 0 ? string.Join('/', parts[..landmark]) : common;
    }

    private static IEnumerable<string> UserFiles(Report report)
    {
        foreach (var b in report.Blockers.Concat(report.Starved))
        {
            if (b.Culprit is { Kind: FrameKind.User, File: ['/', ..] file })
                yield return file;
            foreach (var f in b.Stacks.SelectMany(s => s.Frames))
            {
                if (f is { Kind: FrameKind.User, File: ['/', ..] other })
                    yield return other;
            }
        }
    }

    private static string CommonDirectory(string a, string b)
    {
        var n = a.AsSpan().CommonPrefixLength(b);
        return a[..(a.AsSpan(0, n).LastIndexOf('/') + 1)];
    }

    private static string Normalize(string root) => root.Length == 0 ? "" : root.TrimEnd('/') + "/";
}
