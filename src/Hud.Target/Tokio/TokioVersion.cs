using System.Buffers;
using System.Text;
using Hud.Symbols.Elf;

namespace Hud.Target;

/// <summary>That a file has Tokio in it.</summary>
/// <param name="Version">"1.38.0"; null where the build trimmed its paths or took Tokio from a git checkout or a vendor folder.</param>
/// <param name="Evidence">What showed it, to print: "path strings", "symbols" or "task vtables".</param>
public sealed record TokioPresence(string? Version, string Evidence)
{
    /// <summary>Polls from a worker's LIFO slot that may follow a poll without the loop's turn being counted are three at most.</summary>
    public bool BoundsLifoPolls => Version is not null && IsAtLeast(FirstThatBoundsLifoPolls);

    /// <summary>A thread keeps the id of the task it polls.</summary>
    public bool HasTaskIds => IsAtLeast(22);

    /// <summary>A task's vtable tells where in the task its scheduler and its id are.</summary>
    public bool HasTaskOffsets => IsAtLeast(23);

    /// <summary>A worker counts its turns in one byte.</summary>
    public bool CountsTurnsInByte => !IsAtLeast(19);

    private const int FirstThatBoundsLifoPolls = 29;

    /// <summary>False only for a version known to be older.</summary>
    public bool IsAtLeast(int minor) =>
        Version?.Split('.') is not [_, var text, ..] || !int.TryParse(text, out var own) || own >= minor;
}

/// <summary>
/// Tells whether a binary has Tokio in it, and which. Panic locations keep source paths such as
/// ".cargo/registry/src/index.crates.io-6f17d22bba15001f/tokio-1.38.0/src/runtime/park.rs" in read-only data, also in stripped files.
/// </summary>
public static class TokioVersion
{
    private const int LongestVersion = 32;

    /// <summary>With the archive's SHA-256 behind the version.</summary>
    private const int LongestName = 128;

    /// <summary>No suffix of a version is as long as a checksum.</summary>
    private const int ShortestChecksum = 32;
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);
    private static readonly SearchValues<byte> PathBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_/."u8);

    /// <summary>Reads the file's read-only data, then its symbol names, then (slowest) its relocations. Null: no Tokio 1.x.</summary>
    public static TokioPresence? Detect(ElfImage image) => DetectQuickly(image) ?? DetectByVtables(image);

    /// <summary>As <see cref="Detect"/> without the relocations, for a look at many files.</summary>
    internal static TokioPresence? DetectQuickly(ElfImage image)
    {
        var hasPath = false;
        foreach (var data in image.Constants())
        {
            if (Find(data.Span) is { } version)
                return new TokioPresence(version, "path strings");
            hasPath = hasPath || NamesSource(data.Span);
        }
        if (hasPath)
            return new TokioPresence(null, "path strings");
        return image.TryGetSection(".strtab", out var names, out _) && names.Span.IndexOf("5tokio7runtime"u8) >= 0
            ? new TokioPresence(null, "symbols")
            : null;
    }

    /// <summary>The standard library's own panic locations are in it ("/rustc/HASH/library/…"), or those of an unpublished build of it.</summary>
    internal static bool IsRust(ElfImage image)
    {
        foreach (var data in image.Constants())
        {
            if (data.Span.IndexOf("/rustc/"u8) >= 0 || data.Span.IndexOf("library/std/src"u8) >= 0)
                return true;
        }
        return false;
    }

    /// <summary>The version in the first "tokio-1.x.y/" of the bytes; null if there is none.</summary>
    internal static string? Find(ReadOnlySpan<byte> data)
    {
        var prefix = "tokio-1."u8;
        for (int at; (at = data.IndexOf(prefix)) >= 0; data = data[(at + prefix.Length)..])
        {
            var rest = data[(at + "tokio-"u8.Length)..];
            var length = rest[..Math.Min(rest.Length, LongestName)].IndexOfAny((byte)'/', (byte)'\\');
            if (length > 0 && WithoutChecksum(rest[..length]) is { Length: < LongestVersion } version && IsVersion(version))
                return Encoding.ASCII.GetString(version);
        }
        return null;
    }

    /// <summary>A path of a source file of the runtime, and not just its beginning, which tools that look for Tokio hold too.</summary>
    internal static bool NamesSource(ReadOnlySpan<byte> data)
    {
        var prefix = "tokio/src/runtime/"u8;
        for (int at; (at = data.IndexOf(prefix)) >= 0;)
        {
            data = data[(at + prefix.Length)..];
            var length = data.IndexOfAnyExcept(PathBytes);
            if (data[..(length < 0 ? data.Length : length)].IndexOf(".rs"u8) > 0)
                return true;
        }
        return false;
    }

    /// <summary>Some build systems name the folder of a crate's source "tokio-1.53.1-202caea8…", by the archive's checksum.</summary>
    private static ReadOnlySpan<byte> WithoutChecksum(ReadOnlySpan<byte> name)
    {
        var dash = name.LastIndexOf((byte)'-');
        return dash > 0 && name.Length - dash > ShortestChecksum && name[(dash + 1)..].IndexOfAnyExcept(HexDigits) < 0 ? name[..dash] : name;
    }

    private static TokioPresence? DetectByVtables(ElfImage image) =>
        TaskVtables.Scan(image).Count > 0 ? new TokioPresence(null, "task vtables") : null;

    /// <summary>Three numbers, then perhaps a pre-release or build suffix.</summary>
    private static bool IsVersion(ReadOnlySpan<byte> text)
    {
        var dots = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.' && i > 0 && text[i - 1] != '.' && dots < 2)
                dots++;
            else if (dots == 2 && text[i] is (byte)'-' or (byte)'+' && text[i - 1] != '.')
                return text[(i + 1)..].IndexOfAnyExceptInRange((byte)'+', (byte)'z') < 0;
            else if (!char.IsAsciiDigit((char)text[i]))
                return false;
        }
        return dots == 2 && text[^1] != '.';
    }
}
