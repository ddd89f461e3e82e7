using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>A map of a <see cref="BpfObject"/>, which owns it.</summary>
internal readonly unsafe struct BpfMap(nint handle)
{
    public string Name => Marshal.PtrToStringUTF8((nint)LibBpf.MapName(handle)) ?? "";

    public int Fd => LibBpf.MapFd(handle);

    public uint Entries
    {
        get => LibBpf.MaxEntries(handle);
        set => _ = LibBpf.SetMaxEntries(handle, value);
    }

    public uint ValueSize => LibBpf.ValueSize(handle);

    /// <summary>What a data section will hold when it is loaded; writing it later changes nothing.</summary>
    public T* InitialValue<T>()
        where T : unmanaged
    {
        nuint size = 0;
        var memory = LibBpf.InitialValue(handle, &size);
        return memory != null && (nuint)sizeof(T) <= size
            ? (T*)memory
            : throw new InvalidOperationException($"map {Name} does not hold {sizeof(T)} bytes");
    }

    public bool TryRead<TKey, TValue>(TKey key, ref TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        fixed (TValue* p = &value)
            return LibBpf.MapLookup(Fd, &key, p) == 0;
    }

    public bool TryRead(uint key, Span<byte> value)
    {
        if (value.Length < ValueSize)
            throw new ArgumentException("The buffer is shorter than the map's value.", nameof(value));
        fixed (byte* p = value)
            return LibBpf.MapLookup(Fd, &key, p) == 0;
    }

    public bool Write<TKey, TValue>(TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged => LibBpf.MapUpdate(Fd, &key, &value, 0) == 0;

    /// <summary>Sums a per-CPU array's values.</summary>
    public void Sum(Span<long> into)
    {
        var cpus = LibBpf.PossibleCpus();
        Span<long> values = stackalloc long[cpus];
        for (uint key = 0; key < into.Length && key < Entries; key++)
        {
            var k = key;
            long sum = 0;
            if (LibBpf.MapLookup(Fd, &k, Unsafe.AsPointer(ref values[0])) == 0)
            {
                foreach (var value in values)
                    sum += value;
            }
            into[(int)key] = sum;
        }
    }
}
