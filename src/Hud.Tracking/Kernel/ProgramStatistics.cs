using System.Runtime.InteropServices;
using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>What the kernel itself measured: time spent in BPF programs and how often they ran.</summary>
internal sealed unsafe class ProgramStatistics : IDisposable
{
    private const int CommandObjectInfo = 15;
    private const int CommandEnableStatistics = 32;

    private readonly int _enabled;
    private readonly List<(string Name, int Fd)> _programs = [];

    /// <summary>Switches the kernel's statistics on for as long as this object lives.</summary>
    public ProgramStatistics()
    {
        uint runTime = 0;
        _enabled = Libc.Bpf(CommandEnableStatistics, &runTime, sizeof(uint));
    }

    /// <summary>False where the kernel does not let us: then all figures stay 0.</summary>
    public bool IsAvailable => _enabled >= 0;

    public void Add(BpfObject bpf)
    {
        foreach (var program in bpf.Programs())
        {
            var fd = LibBpf.ProgramFd(program);
            if (fd >= 0)
                _programs.Add((Marshal.PtrToStringUTF8((nint)LibBpf.ProgramName(program)) ?? "", fd));
        }
    }

    public (long Ns, long Runs) Total()
    {
        long ns = 0, runs = 0;
        foreach (var (_, fd) in _programs)
        {
            var (n, r) = Read(fd);
            ns += n;
            runs += r;
        }
        return (ns, runs);
    }

    public IEnumerable<(string Name, long Ns, long Runs)> PerProgram()
    {
        foreach (var (name, fd) in _programs)
        {
            var (ns, runs) = Read(fd);
            yield return (name, ns, runs);
        }
    }

    /// <summary>How often a program ran; 0 where the statistics are not available.</summary>
    public long RunsOf(string name) => _programs.Where(p => p.Name == name).Sum(p => Read(p.Fd).Runs);

    public void Dispose()
    {
        if (_enabled >= 0)
            _ = Libc.Close(_enabled);
    }

    private static (long Ns, long Runs) Read(int fd)
    {
        ProgramInfo info = default;
        var request = new InfoRequest { Fd = (uint)fd, Length = (uint)sizeof(ProgramInfo), Info = (ulong)&info };
        return Libc.Bpf(CommandObjectInfo, &request, (uint)sizeof(InfoRequest)) == 0
            ? ((long)info.RunTimeNs, (long)info.RunCount)
            : (0, 0);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct InfoRequest
    {
        public uint Fd;
        public uint Length;
        public ulong Info;
    }

    /// <summary><c>struct bpf_prog_info</c>: only where its last fields lie matters here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 208)]
    private struct ProgramInfo
    {
        [FieldOffset(192)] public ulong RunTimeNs;
        [FieldOffset(200)] public ulong RunCount;
    }
}
