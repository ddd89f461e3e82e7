using System.Runtime.InteropServices;
using Hud.Tracking.Interop;
using Hud.Tracking.Kernel;

namespace Hud.Tracking.Tests.Wire;

/// <summary>Struct layouts out of the BTF of an embedded BPF object.</summary>
internal sealed unsafe partial class Btf(BpfObject bpf)
{
    private const uint KindStruct = 4;

    private readonly nint _btf = LibBpf.ObjectBtf(bpf.Handle);

    public (int Size, List<(string Name, int Offset)> Members) Struct(string name)
    {
        var id = LibBpf.FindType(_btf, name, KindStruct);
        Assert.True(id > 0, $"struct {name} is not in the object's BTF");
        var type = (uint*)LibBpf.TypeById(_btf, (uint)id);
        var count = type[1] & 0xFFFF;
        var members = new List<(string, int)>();
        for (var i = 0; i < count; i++)
        {
            var member = type + 3 + i * 3;
            members.Add((Marshal.PtrToStringUTF8((nint)NameByOffset(_btf, member[0]))!, (int)(member[2] & 0xFFFFFF) / 8));
        }
        return ((int)type[2], members);
    }

    [LibraryImport("libbpf.so.1", EntryPoint = "btf__name_by_offset")]
    private static partial byte* NameByOffset(nint btf, uint offset);
}
