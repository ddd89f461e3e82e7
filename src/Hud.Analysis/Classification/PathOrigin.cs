using System.Text.RegularExpressions;

namespace Hud.Analysis.Classification;

/// <summary>Whose code a source path shows.</summary>
internal enum PathOwner
{
    /// <summary>Nothing in the path speaks against the user's own code.</summary>
    Unmarked,
    Std,
    Libc,
    Dependency,
}

/// <summary>
/// Reads from a source path who wrote the file. Knows the places where cargo, distributions, Nix and Bazel keep crates, and
/// the prefixes that rustc and cargo put in place of them; anything else may be the user's, wherever it was built.
/// </summary>
/// <param name="Owner">See <see cref="PathOwner"/>.</param>
/// <param name="Crate">Name with underscores; null where the path does not tell.</param>
internal readonly partial record struct PathOrigin(PathOwner Owner, string? Crate)
{
    public static PathOrigin Of(string path)
    {
        var file = path.Replace('\\', '/');
        if (StdPath().IsMatch(file)) return new PathOrigin(PathOwner.Std, null);
        if (LibcPath().IsMatch(file)) return new PathOrigin(PathOwner.Libc, null);
        if (Registry().Match(file) is { Success: true } registry) return Dependency(registry.Groups["crate"].Value);
        if (GitCheckout().Match(file) is { Success: true } checkout) return Dependency(CrateInRepository(checkout));
        if (Bazel().Match(file) is { Success: true } bazel) return Dependency(BazelCrate(bazel.Groups["repo"].Value));
        if (Vendor().Match(file) is { Success: true } vendor) return Dependency(vendor.Groups["crate"].Value);
        return TrimmedPackage().Match(file) is { Success: true } trimmed ? Dependency(trimmed.Groups["crate"].Value) : default;
    }

    /// <summary>
    /// A directory named like an unpacked crate, "name-1.2.3/src/": a dependency if the function is that crate's. Distributions
    /// build the user's own program in such a directory too, so the name alone proves nothing.
    /// </summary>
    public static bool LooksUnpacked(string path, string crate)
    {
        foreach (Match match in Unpacked().Matches(path))
        {
            if (Normalize(match.Groups["crate"].Value) == crate) return true;
        }
        return false;
    }

    /// <summary><c>serde-json-1.0.9</c> is <c>serde_json</c>.</summary>
    public static string Normalize(string package)
    {
        var version = Version().Match(package);
        return (version.Success ? package[..version.Index] : package).Replace('-', '_');
    }

    private static PathOrigin Dependency(string? package) => new(PathOwner.Dependency, string.IsNullOrEmpty(package) ? null : Normalize(package));

    /// <summary>In a repository of several crates the directory before <c>src/</c> is the crate's.</summary>
    private static string CrateInRepository(Match checkout) =>
        checkout.Groups["inner"] is { Success: true, Value: { Length: > 0 } inner } ? inner : checkout.Groups["repo"].Value;

    private static string BazelCrate(string repository)
    {
        var at = repository.LastIndexOf("__", StringComparison.Ordinal);
        return at < 0 ? repository : repository[(at + 2)..];
    }

    [GeneratedRegex(@"(^|/)rustc/([0-9a-f]{7,40}|\d+\.\d+[^/]*)/|/rustlib/src/rust/|^/rust/deps/|(^|/)rust[^/]*(/[^/]+)*/library/(std|core|alloc|proc_macro|test|panic_unwind|panic_abort|unwind|backtrace|stdarch|portable-simd|std_detect)/", RegexOptions.CultureInvariant)]
    private static partial Regex StdPath();

    [GeneratedRegex(@"(^|/)(glibc|eglibc|musl)-[^/]*/|(^|/)\.\./sysdeps/|(^|/)sysdeps/(unix|x86|x86_64|aarch64|nptl|posix)/|(^|/)(nptl|libio|resolv|nss)/[^/]+\.c$", RegexOptions.CultureInvariant)]
    private static partial Regex LibcPath();

    [GeneratedRegex(@"(^|/)registry/(src/[^/]+/)?(?<crate>[A-Za-z0-9_-]+?-\d+\.\d+[^/]*)/", RegexOptions.CultureInvariant)]
    private static partial Regex Registry();

    [GeneratedRegex(@"(^|/)git/checkouts/(?<repo>[^/]+?)-[0-9a-f]{8,16}/[^/]+/((.*/)?(?<inner>[^/]+)/src/)?", RegexOptions.CultureInvariant)]
    private static partial Regex GitCheckout();

    [GeneratedRegex(@"(^|/)(vendor|third_party|third-party|3rdparty|cargo-vendor-dir|cargo_home/gentoo|[0-9a-z]{32}-[^/]*vendor[^/]*|[0-9a-z]{32}-cargo-deps[^/]*)/(rust/|crates/|source-registry-\d+/|source-git-\d+/|chromium_crates_io/vendor/)?(?<crate>[^/]+)/", RegexOptions.CultureInvariant)]
    private static partial Regex Vendor();

    [GeneratedRegex(@"(^|/)external/(?<repo>[^/]+)/", RegexOptions.CultureInvariant)]
    private static partial Regex Bazel();

    /// <summary>What cargo's trim-paths leaves of a dependency: a relative path that begins with package and version.</summary>
    [GeneratedRegex(@"^(?<crate>[A-Za-z0-9_-]+?-\d+\.\d+\.\d+[^/]*)/", RegexOptions.CultureInvariant)]
    private static partial Regex TrimmedPackage();

    [GeneratedRegex(@"(^|/)(?<crate>[A-Za-z0-9_-]+?-\d+\.\d+\.\d+[^/]*)/", RegexOptions.CultureInvariant)]
    private static partial Regex Unpacked();

    [GeneratedRegex(@"-\d+\.\d+.*$|-[0-9a-f]{16}$", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
