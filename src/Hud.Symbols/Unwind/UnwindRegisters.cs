using System.Runtime.CompilerServices;

namespace Hud.Symbols.Unwind;

/// <summary>The integer registers of one x86-64 frame, in DWARF numbering. Which of them are known is part of the value.</summary>
public struct UnwindRegisters
{
    public const int Rbx = 3, Rbp = 6, Rsp = 7, Rip = 16;

    /// <summary>rax, rdx, rcx, rbx, rsi, rdi, rbp, rsp, r8 to r15, and the return address column for the instruction pointer.</summary>
    public const int Count = 17;

    private Values _values;
    private uint _known;

    /// <summary>The three registers that frame-pointer chains and most unwind rows need.</summary>
    public UnwindRegisters(ulong rip, ulong rsp, ulong rbp)
    {
        this[Rip] = rip;
        this[Rsp] = rsp;
        this[Rbp] = rbp;
    }

    /// <summary>Setting a register makes it known. An unknown one reads as 0.</summary>
    public ulong this[int register]
    {
        readonly get => _values[register];
        set
        {
            _values[register] = value;
            _known |= 1u << register;
        }
    }

    public ulong InstructionPointer { readonly get => this[Rip]; set => this[Rip] = value; }

    public ulong StackPointer { readonly get => this[Rsp]; set => this[Rsp] = value; }

    public ulong FramePointer { readonly get => this[Rbp]; set => this[Rbp] = value; }

    public readonly bool IsKnown(int register) => (uint)register < Count && (_known >> register & 1) != 0;

    public void Forget(int register)
    {
        _values[register] = 0;
        _known &= ~(1u << register);
    }

    [InlineArray(Count)]
    private struct Values
    {
        private ulong _first;
    }
}
