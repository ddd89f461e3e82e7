using System.Collections.Frozen;
using System.Globalization;
using Hud.Analysis.Model;
using Hud.Tracking.Events;

namespace Hud.Analysis.Rules;

/// <summary>Blocking socket calls, and waiting for descriptors outside Tokio's driver.</summary>
internal sealed class NetIoRule : ICauseRule
{
    private static readonly FrozenSet<string> Sockets = FrozenSet.ToFrozenSet(
        ["connect", "accept", "accept4", "recvfrom", "recvmsg", "recvmmsg", "sendto", "sendmsg", "sendmmsg", "shutdown", "bind", "listen", "socket",
         "getsockopt", "setsockopt", "socketpair", "getpeername", "getsockname"]);

    private static readonly FrozenSet<string> OnDescriptor = FrozenSet.ToFrozenSet(
        ["read", "write", "readv", "writev", "sendfile", "splice", "close", "ioctl", "preadv2", "pwritev2"]);

    private static readonly string[] SocketCode = ["sock_", "__sock_", "tcp_", "__tcp_", "unix_stream_", "unix_dgram_", "inet_", "udp_", "udpv6_", "sk_wait_data", "sk_stream_wait", "__skb_wait"];

    public CauseVerdict? Check(Evidence evidence)
    {
        if (!evidence.InSyscall) return null;
        switch (evidence.Syscall)
        {
            case { } call when Sockets.Contains(call):
                return new CauseVerdict(Causes.NetIo, Details.OfDescriptor(evidence));
            case "poll" or "ppoll":
                return evidence.Asleep ? new CauseVerdict(Causes.NetIo, $"{evidence.Call} of {evidence.Arg(1).ToString(CultureInfo.InvariantCulture)} {(evidence.Arg(1) == 1 ? "descriptor" : "descriptors")}") : null;
            case "select" or "pselect6" or "epoll_wait" or "epoll_pwait" or "epoll_pwait2":
                return evidence.Asleep ? new CauseVerdict(Causes.NetIo, evidence.Call) : null;
            case { } call when OnDescriptor.Contains(call):
                return evidence.FileKind == FileKind.Socket || (evidence.FileKind == FileKind.None && evidence.KernelHasPrefix(SocketCode))
                    ? new CauseVerdict(Causes.NetIo, Details.OfDescriptor(evidence))
                    : null;
            case null when evidence.KernelHasPrefix(SocketCode):
                return new CauseVerdict(Causes.NetIo, evidence.Object is { Length: > 0 } peer ? "socket " + peer : "socket");
            default:
                return null;
        }
    }
}
