using System.Collections.Frozen;
using Hud.Analysis.Model;
using Hud.Analysis.Reading;

namespace Hud.Analysis.Rules;

/// <summary>Anything below the system resolver, whatever it does there: files, sockets, polls, locks, children.</summary>
internal sealed class DnsRule : ICauseRule
{
    private static readonly FrozenSet<string> Functions = FrozenSet.ToFrozenSet(
        ["getaddrinfo", "getnameinfo", "gethostbyname", "gethostbyname2", "gethostbyname_r", "gethostbyname2_r", "gethostbyaddr", "gethostbyaddr_r",
         "res_query", "res_search", "res_send", "res_nquery", "res_nsearch", "res_nsend", "res_querydomain", "getaddrinfo_a", "gaih_inet", "get_nss_addresses",
         "name_from_dns", "__res_msend", "__res_msend_rc", "__lookup_name"]);

    private static readonly string[] RustPaths =
        ["::LookupHost", "::lookup_host", "ToSocketAddrs>::to_socket_addrs", "std::net::socket_addr::resolve_socket_addr"];

    public CauseVerdict? Check(Evidence evidence)
    {
        foreach (var frame in evidence.User)
        {
            var found = frame.Kind switch
            {
                FrameKind.Std => IsRustResolver(frame.Function) ? "getaddrinfo" : null,
                FrameKind.Libc or FrameKind.Dependency => IsCResolver(frame.Function) ? PublicNames.AsCall(frame).Function.TrimStart('_') : null,
                _ => null,
            };
            if (found is not null) return Found(evidence, found);
        }
        return null;
    }

    private static bool IsRustResolver(string function)
    {
        foreach (var path in RustPaths)
        {
            if (function.Contains(path, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    private static bool IsCResolver(string function)
    {
        var name = function.AsSpan();
        if (name.IndexOf('@') is var at and > 0) name = name[..at];
        if (name.StartsWith("__GI_")) name = name[5..];
        var lookup = Functions.GetAlternateLookup<ReadOnlySpan<char>>();
        return lookup.Contains(name) || lookup.Contains(name.TrimStart('_'))
            || (name.StartsWith("_nss_") && name.Contains("gethost", StringComparison.Ordinal))
            || name.StartsWith("__res_context_") || name.StartsWith("__nscd_get");
    }

    private static CauseVerdict Found(Evidence evidence, string function) =>
        new(Causes.Dns, evidence.InSyscall && evidence.Object is { Length: > 0 } at ? $"{function} ({evidence.Call} {at})" : function);
}
