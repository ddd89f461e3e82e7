using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Hud.Target;
using Hud.Tracking.Events;

namespace Hud.Tracking.Wire;

/// <summary>Turns <c>struct hud_stack</c> and what follows it into a <see cref="StackEvent"/>.</summary>
internal static class StackDecoder
{
    private const ushort FamilyUnix = 1;
    private const ushort FamilyInet = 2;
    private const ushort FamilyInet6 = 10;

    private static readonly KernelEntryCode s_entryCode = new();

    public static StackEvent Decode(in WireStack wire, ReadOnlySpan<byte> userStack, StackKind? kind = null, long? durationNs = null)
    {
        var registers = new UserRegisters();
        ReadOnlySpan<ulong> words = wire.Registers;
        words.CopyTo(registers);
        ReadOnlySpan<ulong> kernel = wire.Kernel;
        kernel = kernel[..(int)Math.Min(wire.KernelBytes / sizeof(ulong), (uint)kernel.Length)];
        ReadOnlySpan<ulong> arguments = wire.Args;
        return new StackEvent
        {
            Poll = new PollKey((int)wire.PollTid, wire.Sequence),
            Kind = kind ?? (StackKind)wire.Kind,
            TimestampNs = (long)wire.Header.TimeNs,
            DurationNs = durationNs ?? (long)wire.DurationNs,
            Tid = (int)wire.Header.Tid,
            Syscall = wire.Syscall,
            SyscallArgs = wire.Syscall >= 0 ? arguments.ToArray() : [],
            FileKind = KindOf(wire),
            Detail = DetailOf(wire),
            WakerTaskId = wire.WakerTaskId,
            Unproven = wire.Doubts.HasFlag(WireDoubts.Place),
            KernelStack = (wire.Interrupted != 0 ? s_entryCode.Interrupted(kernel) : kernel).ToArray(),
            Registers = registers,
            UserStack = userStack.ToArray(),
        };
    }

    /// <summary>From the type bits of <c>i_mode</c>; anonymous inodes (eventfd, epoll) have none.</summary>
    private static FileKind KindOf(in WireStack wire)
    {
        const uint Type = 0xF000;
        if (wire.FileMode == 0)
            return (WireDetailKind)wire.DetailKind == WireDetailKind.Components ? FileKind.Anonymous : FileKind.None;
        return (wire.FileMode & Type) switch
        {
            0x1000 => FileKind.Fifo,
            0x2000 => FileKind.CharDevice,
            0x4000 => FileKind.Directory,
            0x6000 => FileKind.BlockDevice,
            0x8000 => FileKind.Regular,
            0xC000 => FileKind.Socket,
            _ => FileKind.Anonymous,
        };
    }

    private static string? DetailOf(in WireStack wire)
    {
        ReadOnlySpan<byte> bytes = wire.Detail;
        bytes = bytes[..Math.Min((int)wire.DetailLength, bytes.Length)];
        return (WireDetailKind)wire.DetailKind switch
        {
            WireDetailKind.Path => Encoding.UTF8.GetString(bytes.TrimEnd((byte)0)) is { Length: > 0 } path ? path : null,
            WireDetailKind.Components => PathOf(bytes),
            WireDetailKind.Socket => PeerOf(bytes),
            WireDetailKind.Successor => SuccessorOf(bytes),
            _ => null,
        };
    }

    /// <summary>Components come innermost first; the last is the root's own name, "/" or a pseudo file system's.</summary>
    internal static string? PathOf(ReadOnlySpan<byte> components)
    {
        var names = Encoding.UTF8.GetString(components).Split('\0', StringSplitOptions.RemoveEmptyEntries).Reverse().ToList();
        if (names.Count == 0)
            return null;
        if (names[0] == "/")
            return "/" + string.Join('/', names.Skip(1));
        return "/" + string.Join('/', names);
    }

    internal static string? PeerOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4)
            return null;
        var family = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        var address = bytes[4..];
        return family switch
        {
            // A socket without a peer, as UDP's that receives from anyone, has zeros for one.
            FamilyInet or FamilyInet6 when port == 0 && !address.ContainsAnyExcept((byte)0) => null,
            FamilyInet when address.Length >= 4 => $"{new IPAddress(address[..4])}:{port}",
            FamilyInet6 when address.Length >= 16 => Format6(new IPAddress(address[..16]), port),
            FamilyUnix => "unix socket",
            _ => null,
        };
    }

    /// <summary>HUD_OUTSIDE of bpf/events.h.</summary>
    private const uint Outside = uint.MaxValue;

    /// <summary>Thread name and process of who got the CPU. A CPU that goes idle beside a runnable thread is what the scheduler's bandwidth control does.</summary>
    internal static string? SuccessorOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4)
            return null;
        var tgid = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var name = bytes[4..];
        var end = name.IndexOf((byte)0);
        return tgid == 0
            ? "nothing, the CPU went idle (the cgroup's CPU quota was used up)"
            : string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(end < 0 ? name : name[..end])} ({(tgid == Outside ? "outside hud's container" : $"pid {tgid}")})");
    }

    private static string Format6(IPAddress address, int port) =>
        address.IsIPv4MappedToIPv6 ? $"{address.MapToIPv4()}:{port}" : $"[{address}]:{port}";
}
