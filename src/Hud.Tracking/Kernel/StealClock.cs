using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>
/// Where KVM counts what it took of each CPU: a per-CPU <c>struct kvm_steal_time</c>, whose first word is nanoseconds. The kernel's BTF has
/// its place beside that of the run queue in the per-CPU section (<c>BTF_KIND_DATASEC</c>); its symbol is not exported.
/// </summary>
internal static unsafe class StealClock
{
    private const string Section = ".data..percpu", Steal = "steal_time", StealType = "kvm_steal_time", RunQueues = "runqueues";
    private const uint KindStruct = 4, KindVariable = 14, KindSection = 15;

    private static readonly Lazy<int> s_fromRunQueue = new(Find);

    /// <summary>Bytes from a CPU's run queue to that struct; 0 where the kernel has none, or does not tell.</summary>
    public static int FromRunQueue => s_fromRunQueue.Value;

    /// <summary>Reads the kernel's BTF, which takes some 20 ms, beside whatever else is done before somebody asks.</summary>
    public static void Prepare() => _ = Task.Run(() => FromRunQueue);

    private static int Find()
    {
        var btf = LibBpf.LoadKernelBtf();
        if (btf == 0)
            return 0;
        try
        {
            var section = LibBpf.FindType(btf, Section, KindSection);
            var (steal, runQueues) = (LibBpf.FindType(btf, Steal, KindVariable), LibBpf.FindType(btf, RunQueues, KindVariable));
            if (section <= 0 || steal <= 0 || runQueues <= 0 || ((BtfType*)LibBpf.TypeById(btf, (uint)steal))->TypeOrSize != LibBpf.FindType(btf, StealType, KindStruct))
                return 0;
            var type = (BtfType*)LibBpf.TypeById(btf, (uint)section);
            var members = new ReadOnlySpan<BtfSectionMember>(type + 1, (int)(type->Info & 0xffff));
            return OffsetOf(members, steal) is { } to && OffsetOf(members, runQueues) is { } from ? to - from : 0;
        }
        finally
        {
            LibBpf.FreeBtf(btf);
        }
    }

    private static int? OffsetOf(ReadOnlySpan<BtfSectionMember> members, int variable)
    {
        foreach (var member in members)
        {
            if (member.Type == (uint)variable)
                return (int)member.Offset;
        }
        return null;
    }

    /// <summary><c>struct btf_type</c> of linux/btf.h.</summary>
    private readonly record struct BtfType(uint Name, uint Info, int TypeOrSize);

    /// <summary><c>struct btf_var_secinfo</c>.</summary>
    private readonly record struct BtfSectionMember(uint Type, uint Offset, uint Size);
}
