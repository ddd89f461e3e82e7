using Hud.Analysis.Model;

namespace Hud.Analysis.Reading;

/// <summary>
/// Calls of std that differ by the socket's type only. Their code is the same, so linkers keep one copy under all the names, and
/// the symbol that stands for it may be another type's; the kernel's frames tell which one it was.
/// </summary>
internal static class SocketCalls
{
    /// <param name="Kernel">What the kernel's functions for such a socket begin with.</param>
    private sealed record SocketType(string Name, string[] Methods, params string[] Kernel);

    private static readonly string[] Stream = ["read", "write", "peek"];
    private static readonly string[] Datagram = ["recv", "send", "peek"];

    private static readonly SocketType[] Types =
    [
        new("std::net::TcpStream::", Stream, "tcp_"),
        new("std::net::UdpSocket::", Datagram, "udp_", "udpv6_"),
        new("std::os::unix::net::UnixStream::", Stream, "unix_stream_"),
        new("std::os::unix::net::UnixDatagram::", Datagram, "unix_dgram_"),
    ];

    /// <summary>The call by the type of socket that the kernel was working on; the call itself where nothing contradicts it.</summary>
    /// <param name="call">As <see cref="PublicNames.AsCall"/> names it.</param>
    /// <param name="frames">The whole stack, innermost first.</param>
    public static Frame? Fitting(Frame? call, IReadOnlyList<Frame> frames)
    {
        if (call is null || Array.Find(Types, t => call.Function.StartsWith(t.Name, StringComparison.Ordinal)) is not { } named) return call;
        var method = Array.IndexOf(named.Methods, call.Function[named.Name.Length..]);
        return method >= 0 && OfKernel(frames) is { } seen && seen != named ? call with { Function = seen.Name + seen.Methods[method] } : call;
    }

    /// <summary>By the frame nearest to the system call: further in, an interrupt may handle any packet.</summary>
    private static SocketType? OfKernel(IReadOnlyList<Frame> frames)
    {
        SocketType? outermost = null;
        foreach (var frame in frames)
        {
            if (frame.Kind != FrameKind.Kernel) break;
            outermost = Array.Find(Types, t => t.Kernel.Any(k => frame.Function.StartsWith(k, StringComparison.Ordinal))) ?? outermost;
        }
        return outermost;
    }
}
