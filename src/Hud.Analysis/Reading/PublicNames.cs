using System.Text.RegularExpressions;
using Hud.Analysis.Model;
using Hud.Symbols.Naming;

namespace Hud.Analysis.Reading;

/// <summary>
/// Names calls as an API people know: <c>std::sync::Mutex::lock</c>, however much of the way there was inlined and whichever
/// mangling, module layout or alias the build used.
/// </summary>
internal static partial class PublicNames
{
    /// <summary>Plumbing of core and alloc that no one means when asked "what did it call".</summary>
    private static readonly string[] Glue =
    [
        "core::ops::", "core::option::", "core::result::", "core::iter::", "core::ptr::", "core::mem::", "core::pin::", "core::future::",
        "core::task::", "core::cell::", "core::num::", "core::intrinsics::", "core::cmp::", "core::convert::", "core::slice::iter", "core::slice::index",
        "core::array::", "core::hint::", "core::sync::", "core::clone::", "core::default::", "core::any::", "core::ub_checks::", "core::panicking::",
        "alloc::boxed::", "alloc::rc::", "alloc::sync::", "alloc::vec::", "alloc::alloc::", "alloc::raw_vec::", "alloc::string::",
        "std::panic", "std::thread::local", "std::thread::scoped", "std::sys", "std::io::default_", "std::io::impls", "std::alloc::", "std::io::error::",
        "std::io::buffered::", "std::rt::",
        "core::ffi::", "std::ffi::", "__rustc::",
    ];

    private static readonly string[] WorthNamingOnCpu =
        ["std::fs::", "std::io::", "std::net::", "std::process::", "std::thread::", "std::backtrace"];

    /// <summary>Directories of std's system layer and the public module that each serves.</summary>
    private static readonly Dictionary<string, string> SystemAreas = new(StringComparer.Ordinal)
    {
        ["fs"] = "fs", ["net"] = "net", ["process"] = "process", ["thread"] = "thread", ["thread_parking"] = "thread", ["thread_parker"] = "thread",
        ["sync"] = "sync", ["locks"] = "sync", ["stdio"] = "io", ["pipe"] = "io", ["time"] = "time",
    };

    /// <summary>Modules inside std that its public paths do not show.</summary>
    private static readonly HashSet<string> HiddenModules = new(StringComparer.Ordinal)
        { "poison", "mutex", "rwlock", "condvar", "once", "once_lock", "lazy_lock", "barrier", "tcp", "udp", "stream", "datagram", "socket_addr", "functions", "join_handle", "stdio", "mutex_impl" };

    public static bool IsGlue(Frame frame)
    {
        if (frame.Kind != FrameKind.Std) return false;
        var path = PathOf(frame.Function);
        return !path.Contains("::sort", StringComparison.Ordinal) && (StartsWithAny(path, Glue) || FunctionPath.IsStdSymbol(path));
    }

    /// <summary>A library function that is itself worth naming when the time is CPU time; arithmetic and iterators are not.</summary>
    public static bool IsWorthNamingOnCpu(Frame frame)
    {
        if (frame.Kind is FrameKind.Dependency or FrameKind.Tokio) return true;
        if (frame.Kind != FrameKind.Std) return false;
        var path = PathOf(frame.Function);
        return path.Contains("::sort", StringComparison.Ordinal) || StartsWithAny(path, WorthNamingOnCpu);
    }

    /// <summary>
    /// The public call that an inner function of std serves, for when the public one was inlined:
    /// <c>std::sys::sync::mutex::futex::Mutex::lock_contended</c> is <c>std::sync::Mutex::lock</c>. Null for functions that serve any call.
    /// </summary>
    public static string? PublicCallOf(Frame frame)
    {
        if (frame.Kind != FrameKind.Std) return null;
        var path = WithoutInnerParts(Plain(frame.Function)).Split("::");
        if (path.Length < 4 || path[0] != "std" || !path[1].StartsWith("sys", StringComparison.Ordinal)) return null;
        var at = Array.FindIndex(path, 2, SystemAreas.ContainsKey);
        if (at < 0 || at == path.Length - 1) return null;

        var module = SystemAreas[path[at]];
        var type = Array.FindIndex(path, at + 1, s => s.Length > 0 && char.IsAsciiLetterUpper(s[0]));
        var method = path[^1].Replace("_contended", "", StringComparison.Ordinal);
        if (type < 0 || type == path.Length - 1 || module == "thread") return $"std::{module}::{method}";
        return path[type] == "Once" ? "std::sync::Once::call_once" : $"std::{module}::{path[type]}::{method}";
    }

    /// <summary>The frame as the callee of user code: closures and inner parts of a function are the function, C aliases their public name.</summary>
    public static Frame AsCall(Frame frame)
    {
        var name = frame.Kind switch
        {
            FrameKind.Libc => PublicCName(frame.Function),
            FrameKind.Std => StdName(WithoutInnerParts(Plain(frame.Function))),
            _ => WithoutInnerParts(Plain(frame.Function)),
        };
        return name == frame.Function ? frame : frame with { Function = name };
    }

    /// <summary><c>&lt;std::fs::File as std::io::Write&gt;::write</c> starts with <c>std::fs::File</c>.</summary>
    public static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> function)
    {
        var path = function.TrimStart("<&*( ");
        while (true)
        {
            if (path.StartsWith("mut ", StringComparison.Ordinal) || path.StartsWith("dyn ", StringComparison.Ordinal)) path = path[4..].TrimStart("<&*( ");
            else return path;
        }
    }

    /// <summary>
    /// <c>&lt;A&gt;::f</c> and <c>A::f</c> are one function in two manglings; <c>&lt;std::fs::File as std::io::Read&gt;::read</c> is
    /// <c>std::fs::File::read</c> to whoever calls it. An impl for anything but std's own types keeps its form.
    /// </summary>
    private static string Plain(string function)
    {
        if (!function.StartsWith('<')) return function;
        var depth = 0;
        for (var i = 0; i < function.Length; i++)
        {
            if (function[i] == '<') depth++;
            if (function[i] != '>' || function[i - 1] == '-' || --depth > 0) continue;
            var inner = function[1..i];
            var rest = function[(i + 1)..];
            var trait = inner.IndexOf(" as ", StringComparison.Ordinal);
            if (trait < 0) return inner.StartsWith("impl ", StringComparison.Ordinal) ? function : inner + rest;
            var type = inner[..trait];
            if (FunctionPath.CrateOf(type + "::_") is { } crate && FunctionPath.IsStd(crate) && !type.Contains(' ', StringComparison.Ordinal)) return type.TrimStart('&') + rest;
            return FunctionPath.CrateOf(function) is { } owner && FunctionPath.IsStd(owner) ? inner[(trait + 4)..] + rest : function;
        }
        return function;
    }

    private static string StdName(string name)
    {
        if (name.StartsWith("std::sync::mpmc::", StringComparison.Ordinal))
        {
            return name.Contains("::send", StringComparison.Ordinal) ? "std::sync::mpsc::Sender::send" : "std::sync::mpsc::Receiver::recv";
        }
        // What a thread runs is inlined here when it has no frame of its own.
        if (name.EndsWith("::__rust_begin_short_backtrace", StringComparison.Ordinal)) return "closure of std::thread::spawn";
        if (!name.StartsWith("std::", StringComparison.Ordinal)) return name;
        var segments = TypeArguments().Replace(name, "").Split("::", StringSplitOptions.RemoveEmptyEntries);
        return string.Join("::", segments.Where((s, i) => i < 2 || i == segments.Length - 1 || !HiddenModules.Contains(s)));
    }

    private static string WithoutInnerParts(string name)
    {
        while (true)
        {
            var at = name.LastIndexOf("::", StringComparison.Ordinal);
            if (at <= 0) return name;
            var last = name.AsSpan(at + 2);
            if (last is "inner" || last.StartsWith("{{closure}}", StringComparison.Ordinal) || last.StartsWith("{closure", StringComparison.Ordinal)) name = name[..at];
            else return name;
        }
    }

    private static bool StartsWithAny(ReadOnlySpan<char> path, string[] prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    private static string PublicCName(string name)
    {
        var match = CAlias().Match(name);
        return match.Success ? match.Groups[1].Value : name;
    }

    [GeneratedRegex(@"^_*(?:GI_+)?(?:libc_)?_*([a-z][a-z0-9_]*?)(?:_nocancel|_2_1|_time64|64)?(?:@.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex CAlias();

    [GeneratedRegex(@"<[A-Za-z0-9_, &']*>", RegexOptions.CultureInvariant)]
    private static partial Regex TypeArguments();
}
