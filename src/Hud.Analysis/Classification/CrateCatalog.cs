using System.Text;
using System.Text.RegularExpressions;
using Hud.Symbols.Naming;

namespace Hud.Analysis.Classification;

/// <summary>
/// Which crates are the user's and which are not, as the program itself shows: the crate of its <c>main</c>, and the source
/// paths that panics print, which stay in a binary without debug information.
/// </summary>
internal sealed partial class CrateCatalog
{
    private static readonly byte[][] DependencyMarks = ["registry/"u8.ToArray(), "git/checkouts/"u8.ToArray(), "vendor/"u8.ToArray(), "vendor-dir/"u8.ToArray(), "external/"u8.ToArray()];

    private readonly HashSet<string> _user = new(StringComparer.Ordinal);
    private readonly HashSet<string> _dependencies = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> User => _user;
    public IReadOnlyCollection<string> Dependencies => _dependencies;

    public bool IsUser(string crate) => _user.Contains(crate);

    public bool IsDependency(string crate) => _dependencies.Contains(crate);

    public void AddUser(string crate)
    {
        _user.Add(crate);
        _dependencies.Remove(crate);
    }

    /// <summary>Takes the crate from the mangled name of a Rust <c>main</c>; other names change nothing.</summary>
    public void AddSymbol(string linkageName)
    {
        var match = MainSymbol().Match(linkageName);
        if (!match.Success) return;
        var legacy = match.Groups["legacy"];
        var crate = legacy.Success ? legacy.Value : match.Groups["v0"].Value;
        var digits = crate.TakeWhile(char.IsAsciiDigit).Count();
        if (!int.TryParse(crate.AsSpan(0, digits), out var length)) return;
        var name = crate[digits..].TrimStart('_');
        if (length > 0 && name.Length <= length + 1 && !FunctionPath.IsStd(name)) AddUser(name);
    }

    /// <summary>Reads crate names from the paths among a program's constant strings. Any bytes will do; nothing is assumed about their order.</summary>
    public void AddPaths(ReadOnlySpan<byte> constants)
    {
        foreach (var mark in DependencyMarks)
        {
            for (var rest = constants; rest.IndexOf(mark) is var at and >= 0; rest = rest[(at + mark.Length)..])
            {
                var text = PathFrom(rest[at..]);
                if (text is not null && PathOrigin.Of(text) is { Owner: PathOwner.Dependency, Crate: { } crate } && IsName(crate) && !_user.Contains(crate)) _dependencies.Add(crate);
            }
        }
        var workspace = "crates/"u8;
        for (var rest = constants; rest.IndexOf(workspace) is var at and >= 0; rest = rest[(at + workspace.Length)..])
        {
            // "third-party/crates/" and the like are someone else's.
            if (at > 0 && rest[at - 1] is (byte)'/' or (byte)'_' or (byte)'-' or (byte)'.') continue;
            if (PathFrom(rest[at..]) is { } text && WorkspacePath().Match(text) is { Success: true } match) AddUser(PathOrigin.Normalize(match.Groups["crate"].Value));
        }
    }

    private static bool IsName(string crate) => crate.Length is > 0 and < 65 && crate.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static string? PathFrom(ReadOnlySpan<byte> bytes)
    {
        var end = 0;
        while (end < bytes.Length && end < 256 && (char.IsAsciiLetterOrDigit((char)bytes[end]) || bytes[end] is (byte)'/' or (byte)'.' or (byte)'-' or (byte)'_' or (byte)'+' or (byte)'~')) end++;
        return end == 0 ? null : Encoding.ASCII.GetString(bytes[..end]);
    }

    [GeneratedRegex(@"^_ZN(?<legacy>\d+\w+?)4main17h[0-9a-f]{16}E$|^_RNvC(s[0-9a-zA-Z]*_)?(?<v0>\d+\w+?)4main$", RegexOptions.CultureInvariant)]
    private static partial Regex MainSymbol();

    [GeneratedRegex(@"^crates/([a-z0-9_-]+/)*?(?<crate>[A-Za-z0-9_-]+)/src/", RegexOptions.CultureInvariant)]
    private static partial Regex WorkspacePath();
}
