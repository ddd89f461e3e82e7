using System.Runtime.CompilerServices;
using Hud.Symbols.Elf;
using Iced.Intel;

namespace Hud.Symbols.Unwind;

/// <summary>
/// Finds the caller's frame from the code itself, where a file has no rules: follows the instructions from an address to the
/// function's return and adds up what they do to the stack pointer. For system call stubs in assembly, musl, and functions
/// built without unwind tables. Not for several threads at once.
/// </summary>
internal sealed class CodeScan
{
    private const int MaxInstructions = 400;
    private const int MaxCached = 4096;

    private const int MaxPending = 64;

    private readonly HashSet<ulong> _visited = [];
    private readonly Stack<Path> _pending = [];
    private readonly MemoryReader _reader = new();
    private readonly Decoder _decoder;
    private readonly Dictionary<(ElfImage Image, ulong Address), Frame> _cache = [];

    public CodeScan() => _decoder = Decoder.Create(64, _reader);

    /// <summary>Where the return address and the callee-saved registers lie, from the rsp or the rbp at the scanned address.</summary>
    internal struct Frame
    {
        public bool Found;
        public bool FromFramePointer;

        /// <summary>Bytes from the base register to the return address.</summary>
        public int ReturnAddress;

        /// <summary>Bit per register that is popped before the return; its slot is in <see cref="Slots"/>.</summary>
        public uint Restored;

        public Offsets Slots;
    }

    [InlineArray(UnwindRegisters.Count)]
    internal struct Offsets
    {
        private int _first;
    }

    /// <summary>Where the exploration goes on, and what the stack looks like there.</summary>
    private struct Path
    {
        public ulong Address;
        public Frame Frame;

        /// <summary>rsp less the base register.</summary>
        public int Offset;

        /// <summary>The highest rsp so far: what is pushed below it was pushed by the scanned code and is not on the stack.</summary>
        public int Highest;

        /// <summary>rbp less the base register, once the scanned code sets up a frame of its own.</summary>
        public int? FramePointer;
    }

    public bool TryScan(ElfImage image, ulong imageAddress, out Frame frame)
    {
        if (_cache.TryGetValue((image, imageAddress), out frame)) return frame.Found;
        frame = default;
        Scan(image, imageAddress, ref frame);
        if (_cache.Count >= MaxCached) _cache.Clear();
        _cache[(image, imageAddress)] = frame;
        return frame.Found;
    }

    /// <summary>
    /// Depth first: straight on, and the targets of conditional jumps later. The first path that reaches a return decides;
    /// loops and calls that do not return end a path.
    /// </summary>
    private void Scan(ElfImage image, ulong imageAddress, ref Frame frame)
    {
        _visited.Clear();
        _pending.Clear();
        _pending.Push(new Path { Address = imageAddress });
        int instructions = 0;
        while (_pending.TryPop(out Path path))
        {
            if (!_reader.MoveTo(image, path.Address)) continue;
            _decoder.IP = path.Address;
            if (!FollowPath(image, ref path, ref instructions)) continue;
            frame = path.Frame;
            frame.ReturnAddress = path.Offset;
            frame.Found = true;
            return;
        }
    }

    /// <summary>True at a return; false when the path leads nowhere.</summary>
    private bool FollowPath(ElfImage image, ref Path path, ref int instructions)
    {
        bool behindCall = false;
        while (++instructions < MaxInstructions && _visited.Add(_decoder.IP))
        {
            _decoder.Decode(out Instruction instruction);
            switch (instruction.FlowControl)
            {
                case FlowControl.Return:
                    return instruction.Mnemonic == Mnemonic.Ret;
                case FlowControl.UnconditionalBranch:
                    if (!_reader.MoveTo(image, instruction.NearBranchTarget)) return false;
                    _decoder.IP = instruction.NearBranchTarget;
                    break;
                case FlowControl.ConditionalBranch:
                    if (_pending.Count < MaxPending) _pending.Push(path with { Address = instruction.NearBranchTarget });
                    break;
                case FlowControl.IndirectBranch or FlowControl.Exception:
                    return false;
                default:
                    // Padding or a function's first instruction behind a call: the call does not return.
                    if (behindCall && instruction.Mnemonic is Mnemonic.Nop or Mnemonic.Endbr64 or Mnemonic.Int3) return false;
                    if (instruction.IsInvalid || instruction.Mnemonic == Mnemonic.Hlt) return false;
                    if (!Apply(instruction, ref path)) return false;
                    break;
            }
            behindCall = instruction.FlowControl is FlowControl.Call or FlowControl.IndirectCall;
        }
        return false;
    }

    /// <summary>False when the stack pointer is changed in a way that cannot be followed.</summary>
    private static bool Apply(in Instruction instruction, ref Path path)
    {
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Push or Mnemonic.Pushfq:
                path.Offset -= 8;
                return true;
            case Mnemonic.Popfq:
                MoveStackPointer(ref path, path.Offset + 8);
                return true;
            case Mnemonic.Pop:
                Pop(ref path, instruction.Op0Kind == OpKind.Register ? Number(instruction.Op0Register) : -1);
                return instruction.Op0Register != Register.RSP;
            case Mnemonic.Leave:
                MoveToFramePointer(ref path, 0);
                Pop(ref path, UnwindRegisters.Rbp);
                return true;
        }
        if (instruction.OpCount == 0 || instruction.Op0Kind != OpKind.Register) return true;
        if (instruction.Op0Register == Register.RBP && instruction.Mnemonic == Mnemonic.Mov
            && instruction.Op1Kind == OpKind.Register && instruction.Op1Register == Register.RSP)
        {
            path.FramePointer = path.Offset;
            return true;
        }
        return instruction.Op0Register != Register.RSP || ApplyToStackPointer(instruction, ref path);
    }

    private static bool ApplyToStackPointer(in Instruction instruction, ref Path path)
    {
        bool immediate = instruction.Op1Kind is OpKind.Immediate8to64 or OpKind.Immediate32to64;
        bool plainAddress = instruction.MemoryIndex == Register.None;
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Cmp or Mnemonic.Test:
                return true;
            case Mnemonic.Add when immediate:
                MoveStackPointer(ref path, path.Offset + (int)instruction.GetImmediate(1));
                return true;
            case Mnemonic.Sub when immediate:
                MoveStackPointer(ref path, path.Offset - (int)instruction.GetImmediate(1));
                return true;
            case Mnemonic.Lea when instruction.MemoryBase == Register.RSP && plainAddress:
                MoveStackPointer(ref path, path.Offset + (int)instruction.MemoryDisplacement64);
                return true;
            case Mnemonic.Lea when instruction.MemoryBase == Register.RBP && plainAddress:
                MoveToFramePointer(ref path, (int)instruction.MemoryDisplacement64);
                return true;
            case Mnemonic.Mov when instruction.Op1Kind == OpKind.Register && instruction.Op1Register == Register.RBP:
                MoveToFramePointer(ref path, 0);
                return true;
            default:
                return false;
        }
    }

    private static void MoveStackPointer(ref Path path, int offset)
    {
        path.Offset = offset;
        path.Highest = Math.Max(path.Highest, offset);
    }

    private static void MoveToFramePointer(ref Path path, int displacement)
    {
        if (path.FramePointer is { } own)
        {
            MoveStackPointer(ref path, own + displacement);
            return;
        }
        // From here on all is counted from the rbp that the scan started with.
        path.Frame.FromFramePointer = true;
        path.Frame.Restored = 0;
        path.Offset = path.Highest = displacement;
    }

    private static void Pop(ref Path path, int register)
    {
        int slot = path.Offset;
        if (register >= 0 && slot >= path.Highest)
        {
            path.Frame.Restored |= 1u << register;
            path.Frame.Slots[register] = slot;
        }
        if (register == UnwindRegisters.Rbp) path.FramePointer = null;
        MoveStackPointer(ref path, slot + 8);
    }

    private static int Number(Register register) => register switch
    {
        Register.RAX => 0,
        Register.RDX => 1,
        Register.RCX => 2,
        Register.RBX => 3,
        Register.RSI => 4,
        Register.RDI => 5,
        Register.RBP => 6,
        >= Register.R8 and <= Register.R15 => register - Register.R8 + 8,
        _ => -1,
    };

    /// <summary>Hands the decoder the bytes of an image from one address on.</summary>
    private sealed class MemoryReader : CodeReader
    {
        private ReadOnlyMemory<byte> _code;
        private int _at;

        public bool MoveTo(ElfImage image, ulong imageAddress)
        {
            _at = 0;
            _code = default;
            foreach (ElfSegment segment in image.Segments)
            {
                ulong into = imageAddress - segment.VirtualAddress;
                if (segment.Type != ElfSegmentType.Load || !segment.Flags.HasFlag(ElfSegmentFlags.Execute) || into >= segment.FileSize) continue;
                return image.TryReadMemory(imageAddress, (int)Math.Min(segment.FileSize - into, int.MaxValue), out _code);
            }
            return false;
        }

        public override int ReadByte() => _at < _code.Length ? _code.Span[_at++] : -1;
    }
}
