using Hud.Target;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Kernel;

/// <summary>A process as the kernel counts, and how to translate thread ids for hud.</summary>
/// <param name="Tgid">The process's id in the initial pid namespace.</param>
/// <param name="Level">Depth of the pid namespace that hud is in; 0 the initial one.</param>
internal readonly record struct KernelProcess(uint Tgid, uint Level);

/// <summary>BPF programs see process ids of the initial pid namespace; hud may be in another, such as a container's.</summary>
internal static unsafe class PidNamespace
{
    /// <exception cref="HudException">The process is gone, or is in no pid namespace that hud can see.</exception>
    public static KernelProcess Find(TargetProcess target)
    {
        if (PidNamespaces.IsInitial())
            return new KernelProcess((uint)target.Pid, 0);
        using var bpf = BpfObject.Open("pids.bpf.o");
        bpf.Section(".rodata").InitialValue<WirePidSearch>()->Id = (uint)target.Pid;
        bpf.Load();
        bpf.RunIterator("on_task");
        using var memory = new SharedMemory(bpf.Section(".data.found"), writable: false);
        var found = *(WirePidFound*)memory.Address;
        return found.Tgid != 0
            ? new KernelProcess(found.Tgid, found.Level)
            : throw new HudException(
                $"hud is in a container's pid namespace in which the kernel knows no process {target.Pid}",
                "mount that namespace's /proc, or start hud with the host's pid namespace (docker run --pid=host)",
                ExitCode.NoTarget);
    }
}
