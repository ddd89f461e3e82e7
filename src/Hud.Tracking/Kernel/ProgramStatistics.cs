using System.Runtime.InteropServices;
using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>What the kernel itself measured: time spent in BPF programs and how often they ran.</summary>
internal sealed unsafe class ProgramStatistics : IDisposable
{
    private const int CommandObjectInfo = 15;
    private const int CommandEnableStatistics = 32;

    private readonly int _enabled;
    private readonly List<(string Name, int Fd, long FirstNs, long FirstRuns)> _programs = [];

    /// <summary>Switches the kernel's statistics on for as long as this object lives.</summary>
    public ProgramStatistics()
    {
        uint runTime = 0;
        _enabled = Libc.Bpf(CommandEnableStatistics, &runTime, sizeof(uint));
    }

    /// <summary>False where the kernel does not let us: then all figures stay 0.</summary>
    public bool IsAvailable => _enabled >= 0;

    /// <summary>What its programs have done so far does not count.</summary>
    public void Add(BpfObject bpf)
    {
        foreach (var program in bpf.Programs())
        {
            var fd = LibBpf.ProgramFd(program);
            if (fd < 0)
                continue;
            var (ns, runs) = Read(fd);
            _programs.Add((Marshal.PtrToStringUTF8((nint)LibBpf.ProgramName(program)) ?? "", fd, ns, runs));
        }
    }

    public (long Ns, long Runs) Total()
    {
        long ns = 0, runs = 0;
        foreach (var (_, n, r) in PerProgram())
        {
            ns += n;
            runs += r;
        }
        return (ns, runs);
    }

    public IEnumerable<(string Name, long Ns, long Runs)> PerProgram()
    {
        foreach (var (name, fd, firstNs, firstRuns) in _programs)
        {
            var (ns, runs) = Read(fd);
            yield return (name, ns - firstNs, runs - firstRuns);
        }
    }

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
