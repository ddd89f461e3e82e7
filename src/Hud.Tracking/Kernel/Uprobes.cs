using System.Runtime.InteropServices;
using System.Text;
using Hud.Target;
using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>A BPF program attached to addresses of one file. One uprobe_multi link where the kernel has it, else one perf event each.</summary>
internal sealed unsafe class Uprobes : IDisposable
{
    private const int CommandLinkCreate = 28;
    public const int AttachTypeMulti = 48;
    private const uint AttachTypePerfEvent = 41;
    private const uint FlagReturn = 1;
    private const ulong CloseOnExec = 8;
    private const string PmuType = "/sys/bus/event_source/devices/uprobe/type";

    /// <summary>A removal is mostly waiting for the kernel's readers, for which several can wait at once.</summary>
    private const int MostRemovers = 16;

    private static readonly List<Task> Removals = [];

    private readonly List<int> _fds = [];

    public bool IsMulti { get; private init; }

    public int Count { get; private init; }

    /// <summary>
    /// The kernel compares the pid of a uprobe_multi link with the thread instead of the process before Linux 6.10
    /// (fixed by commit 46ba0e49b642); the programs filter by process themselves.
    /// </summary>
    private static bool FiltersByProcess => Environment.OSVersion.Version >= new Version(6, 10);

    /// <param name="programFd">Loaded with <see cref="AttachTypeMulti"/> as its expected attach type.</param>
    /// <param name="cookies">What the program reads with bpf_get_attach_cookie, one for each offset; or empty.</param>
    /// <returns>Null, with the error in <paramref name="error"/>, when the kernel has no such links or refuses.</returns>
    public static Uprobes? TryAttachMulti(int programFd, string path, ReadOnlySpan<ulong> offsets, ReadOnlySpan<ulong> cookies, int pid, bool atReturn, out int error)
    {
        var name = Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* p = name)
        fixed (ulong* o = offsets)
        fixed (ulong* c = cookies)
        {
            var request = new LinkRequest
            {
                ProgramFd = (uint)programFd,
                AttachType = AttachTypeMulti,
                Path = (ulong)p,
                Offsets = (ulong)o,
                Cookies = (ulong)c,
                Count = (uint)offsets.Length,
                Flags = atReturn ? FlagReturn : 0,
                Pid = FiltersByProcess ? (uint)pid : 0,
            };
            var fd = Libc.Bpf(CommandLinkCreate, &request, (uint)sizeof(LinkRequest));
            error = fd < 0 ? Libc.LastError : 0;
            if (fd < 0)
                return null;
            var probes = new Uprobes { IsMulti = true, Count = offsets.Length };
            probes._fds.Add(fd);
            return probes;
        }
    }

    /// <summary>As <see cref="TryAttachMulti"/> or <see cref="AttachEach"/>, whichever the program was loaded for.</summary>
    /// <exception cref="HudException">The kernel refuses.</exception>
    public static Uprobes Attach(bool multi, int programFd, string path, ReadOnlySpan<ulong> offsets, ReadOnlySpan<ulong> cookies, int pid)
    {
        if (!multi)
            return AttachEach(programFd, path, offsets, cookies, pid);
        return TryAttachMulti(programFd, path, offsets, cookies, pid, atReturn: false, out var error) ?? throw Refused(path, error);
    }

    /// <param name="programFd">Loaded without an expected attach type.</param>
    /// <param name="cookies">As for <see cref="TryAttachMulti"/>.</param>
    /// <exception cref="HudException">The kernel refuses.</exception>
    public static Uprobes AttachEach(int programFd, string path, ReadOnlySpan<ulong> offsets, ReadOnlySpan<ulong> cookies, int pid)
    {
        var probes = new Uprobes { Count = offsets.Length };
        try
        {
            for (var i = 0; i < offsets.Length; i++)
            {
                if (probes.Open(programFd, path, offsets[i], cookies.IsEmpty ? 0 : cookies[i], pid) is var error and not 0)
                    throw Refused(path, error);
            }
            return probes;
        }
        catch
        {
            probes.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="AttachEach"/>, for one address; null, with the error, when the kernel refuses.</summary>
    /// <param name="programFd">Null: nothing runs at the probe.</param>
    public static Uprobes? TryAttachOne(int? programFd, string path, ulong offset, ulong cookie, int pid, out int error)
    {
        var probes = new Uprobes { Count = 1 };
        error = probes.Open(programFd, path, offset, cookie, pid);
        return error == 0 ? probes : null;
    }

    private static HudException Refused(string path, int error) =>
        new($"Cannot put probes into {path}: {Errno.Describe(error)}", null, ExitCode.Failed);

    /// <returns>The error; 0 when the probe is in place.</returns>
    private int Open(int? programFd, string path, ulong offset, ulong cookie, int pid)
    {
        var name = Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* p = name)
        {
            var attributes = new PerfEventAttributes
            {
                Type = uint.Parse(File.ReadAllText(PmuType), System.Globalization.CultureInfo.InvariantCulture),
                Size = (uint)sizeof(PerfEventAttributes),
                Config1 = (ulong)p,
                Config2 = offset,
                Flags = programFd is null ? PerfEventAttributes.FlagDisabled : 0,
            };
            // With a pid the probe is in that process only; all its threads hit it.
            var probe = Libc.PerfEventOpen(&attributes, pid, -1, -1, CloseOnExec);
            if (probe < 0)
                return Libc.LastError;
            if (programFd is not { } program)
            {
                _fds.Add(probe);
                return 0;
            }
            // A link and not an ioctl, which knows no cookies.
            var request = new PerfLinkRequest { ProgramFd = (uint)program, TargetFd = (uint)probe, AttachType = AttachTypePerfEvent, Cookie = cookie };
            var link = Libc.Bpf(CommandLinkCreate, &request, (uint)sizeof(PerfLinkRequest));
            if (link < 0)
            {
                var error = Libc.LastError;
                _ = Libc.Close(probe);
                return error;
            }
            _fds.Add(link);
            _fds.Add(probe);
            return 0;
        }
    }

    /// <summary>
    /// Removes the probes without waiting: the kernel takes up to a tenth of a second for it. <see cref="AwaitRemovals"/> must
    /// follow before the process ends.
    /// </summary>
    public void DisposeInBackground() => DisposeInBackground([this]);

    /// <inheritdoc cref="DisposeInBackground()"/>
    public static void DisposeInBackground(IEnumerable<Uprobes> probes)
    {
        var fds = new List<int>();
        foreach (var each in probes)
        {
            fds.AddRange(each._fds);
            each._fds.Clear();
        }
        if (fds.Count == 0)
            return;
        var removals = fds.Chunk((fds.Count + MostRemovers - 1) / MostRemovers)
            .Select(chunk => UrgentThread.Start(() => Array.ForEach(chunk, fd => _ = Libc.Close(fd)))).ToArray();
        lock (Removals)
        {
            Removals.RemoveAll(r => r.IsCompleted);
            Removals.AddRange(removals);
        }
    }

    /// <summary>Some are still on their way out: until they are gone, others in the same place would count each hit twice.</summary>
    public static bool AreRemovalsPending
    {
        get
        {
            lock (Removals)
                return Removals.Exists(r => !r.IsCompleted);
        }
    }

    /// <summary>
    /// Waits until all probes are gone that were to be removed in the background. A thread that the end of the process kills
    /// while it removes one leaves the breakpoint in the target for good ("failed to unregister, leaking uprobe").
    /// </summary>
    public static void AwaitRemovals()
    {
        Task[] pending;
        lock (Removals)
            pending = [.. Removals];
        Task.WaitAll(pending);
    }

    public void Dispose()
    {
        foreach (var fd in _fds)
            _ = Libc.Close(fd);
        _fds.Clear();
    }

    /// <summary><c>union bpf_attr</c>, link_create with perf_event.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PerfLinkRequest
    {
        public uint ProgramFd;
        public uint TargetFd;
        public uint AttachType;
        public uint LinkFlags;
        public ulong Cookie;
    }

    /// <summary><c>union bpf_attr</c>, link_create with uprobe_multi.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct LinkRequest
    {
        public uint ProgramFd;
        public uint TargetFd;
        public uint AttachType;
        public uint LinkFlags;
        public ulong Path;
        public ulong Offsets;
        public ulong ReferenceCounters;
        public ulong Cookies;
        public uint Count;
        public uint Flags;
        public uint Pid;
        public uint Padding;
    }
}
