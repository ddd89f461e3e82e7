using System.Buffers.Binary;
using Hud.Symbols;
using Hud.Symbols.Elf;
using Hud.Symbols.Unwind;

namespace Hud.Bench;

/// <summary>
/// A deep stack of libc's functions: real unwind rules, frames laid out as those rules say, each with another return address.
/// </summary>
internal sealed class SyntheticStack : IUnwindModules
{
    private const string Library = "/lib/x86_64-linux-gnu/libc.so.6";
    private const ulong Bias = 0x7f00_0000_0000;
    private const ulong Top = 0x7ffc_0000_0000;
    private readonly ElfImage _image;
    private readonly CfiTable _cfi;

    public SyntheticStack(int depth)
    {
        _image = ElfImage.TryRead(File.ReadAllBytes(Library), SymbolLimits.Default, out string? problem)
            ?? throw new InvalidOperationException(problem);
        _cfi = CfiTable.TryBuild(_image, SymbolLimits.Default) ?? throw new InvalidOperationException("no unwind rules");
        _image.TryGetSection(".text", out ReadOnlyMemory<byte> text, out ulong textAddress);

        Stack = new byte[64 * 1024];
        ulong sp = Top;
        for (ulong offset = 0x1000; offset < (ulong)text.Length && ReturnAddresses.Count < depth; offset += 0x1d1)
        {
            ulong address = textAddress + offset;
            if (!_cfi.TryFindRow(address, out CfiRow? row) || row.Cfa.Kind != CfiRuleKind.Offset || row.Cfa.Length != UnwindRegisters.Rsp) continue;
            if (row.Cfa.Value is < 8 or > 400 || row[UnwindRegisters.Rip] != new CfiRule(CfiRuleKind.Offset, -8)) continue;
            if (ReturnAddresses.Count > 0) Write(sp - 8, Bias + address + 1);
            ReturnAddresses.Add(address);
            sp += (ulong)row.Cfa.Value;
        }
        Registers = new UnwindRegisters(Bias + ReturnAddresses[0], Top, 0);
    }

    public UnwindRegisters Registers { get; }

    public ulong StackAddress => Top;

    public byte[] Stack { get; }

    public CfiTable Cfi => _cfi;

    public List<ulong> ReturnAddresses { get; } = [];

    public bool TryFind(ulong runtimeAddress, out UnwindModule module)
    {
        module = new UnwindModule(_image, _cfi, Bias);
        return _image.IsExecutable(runtimeAddress - Bias);
    }

    private void Write(ulong address, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Stack.AsSpan((int)(address - Top)), value);
}
