using System.Runtime.InteropServices;
using Hud.Target;
using Hud.Tracking.Interop;
using Hud.Tracking.Kernel;

namespace Hud.Bench.EndToEnd;

/// <summary>Uprobes on every poll function of a program, with a BPF program that does nothing: what the kernel takes for them.</summary>
internal sealed unsafe class BareProbes : IDisposable
{
    private const int CommandProgramLoad = 5;
    private const uint TypeKprobe = 2;

    private readonly List<Uprobes> _probes = [];
    private readonly int _program;

    /// <param name="atReturn">Return probes too.</param>
    public BareProbes(int pid, bool atReturn)
    {
        var target = TargetProcess.Open(pid);
        using var modules = new ProcessModules(target, new ModuleOptions());
        var module = TokioModule.Find(modules).Module;
        var offsets = PollSites.Find(module).RawPoll.Select(s => s.FileOffset).ToArray();
        _program = LoadEmpty();
        foreach (var at in atReturn ? (bool[])[false, true] : [false])
        {
            _probes.Add(Uprobes.TryAttachMulti(_program, module.OpenPath, offsets, [], pid, at, out var error)
                ?? throw new InvalidOperationException($"no probes: {Errno.Describe(error)}"));
        }
    }

    public void Dispose()
    {
        foreach (var probes in _probes) probes.Dispose();
        _ = Libc.Close(_program);
    }

    /// <summary><c>r0 = 0; exit</c></summary>
    private static int LoadEmpty()
    {
        var instructions = stackalloc ulong[] { 0xb7, 0x95 };
        fixed (byte* license = "GPL\0"u8)
        {
            var request = new LoadRequest { Type = TypeKprobe, Count = 2, Instructions = (ulong)instructions, License = (ulong)license, ExpectedAttachType = Uprobes.AttachTypeMulti };
            var fd = Libc.Bpf(CommandProgramLoad, &request, (uint)sizeof(LoadRequest));
            return fd >= 0 ? fd : throw new InvalidOperationException($"the empty program does not load: {Errno.Describe(Libc.LastError)}");
        }
    }

    /// <summary><c>union bpf_attr</c>, BPF_PROG_LOAD, as far as it is used.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 72)]
    private struct LoadRequest
    {
        [FieldOffset(0)] public uint Type;
        [FieldOffset(4)] public uint Count;
        [FieldOffset(8)] public ulong Instructions;
        [FieldOffset(16)] public ulong License;
        [FieldOffset(68)] public uint ExpectedAttachType;
    }
}
