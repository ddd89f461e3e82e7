using Hud.Symbols.Elf;
using Hud.Symbols.Unwind;
using Hud.Target;
using Hud.Tracking.Events;
using Iced.Intel;

namespace Hud.Tracking.Exact;

/// <summary>A task's poll that a thread is in, as its stack shows it.</summary>
/// <param name="Site">Number of the poll function; null where the stack shows what it jumped to.</param>
/// <param name="StackPointer">At its entry: where the return address lies.</param>
internal readonly record struct PollOnStack(int? Site, ulong StackPointer, ulong ReturnAddress, ReturnSite Kind);

/// <summary>
/// Finds the poll by the addresses of the poll functions, so that no names are needed. The blocking pool polls its closures by
/// the same functions, and runs the loops of multi_thread workers as such.
/// </summary>
internal sealed class PollOnStackFinder(ProcessModules modules, PollFunctions functions, int pid)
{
    private readonly StackUnwinder _unwinder = new();
    private readonly List<UnwoundFrame> _frames = [];
    private readonly Dictionary<ulong, int?> _sites = SitesByAddress(functions);

    /// <returns>Null where the thread is in no task's poll, or where that cannot be told from a closure of the blocking pool.</returns>
    public PollOnStack? Find(StackEvent stack)
    {
        _frames.Clear();
        var registers = new UnwindRegisters();
        for (var i = 0; i < UnwindRegisters.Count; i++)
            registers[i] = stack.Registers[i];
        if (registers.InstructionPointer == 0)
            return null;
        _ = _unwinder.Unwind(registers, registers.StackPointer, stack.UserStack.Span, modules, _frames);

        PollOnStack? innermost = null;
        var count = 0;
        for (var i = 0; i + 1 < _frames.Count; i++)
        {
            if (!TryFindSite(_frames[i], out var site))
                continue;
            count++;
            innermost ??= new PollOnStack(site, _frames[i + 1].StackPointer - sizeof(ulong), _frames[i + 1].Address, KindOf(_frames[i + 1].Address));
        }
        if (innermost is not { } poll || poll.Kind == ReturnSite.Blocking)
            return null;
        // Nothing else tells: a worker's own loop is the outer of two, and the main thread is never the pool's.
        var isOfPool = poll.Kind == ReturnSite.Scheduler && count < 2 && stack.Tid != pid;
        return isOfPool ? null : poll;
    }

    private static Dictionary<ulong, int?> SitesByAddress(PollFunctions functions)
    {
        var (image, sites, first) = (functions.Module.Image, functions.Sites, functions.First);
        var all = new Dictionary<ulong, int?>();
        foreach (var site in sites.HarnessPoll)
            all[site.Address] = null;
        for (var i = 0; i < sites.RawPoll.Count; i++)
        {
            if (JumpTarget(image, sites.RawPoll[i].Address) is { } harness && !all.TryAdd(harness, first + i) && all[harness] != first + i)
                all[harness] = null;
        }
        for (var i = 0; i < sites.RawPoll.Count; i++)
            all[sites.RawPoll[i].Address] = first + i;
        return all;
    }

    /// <summary><c>raw::poll</c> may be no more than a jump to <c>Harness::poll</c>, which is what stacks show then.</summary>
    private static ulong? JumpTarget(ElfImage image, ulong address)
    {
        const int Bytes = 16;
        if (!image.TryReadMemory(address, Bytes, out var code))
            return null;
        var decoder = Decoder.Create(64, code.ToArray(), address);
        Instruction instruction;
        do
            decoder.Decode(out instruction);
        while (!instruction.IsInvalid && instruction.FlowControl == FlowControl.Next && decoder.IP < address + Bytes);
        return instruction.Code is Code.Jmp_rel8_64 or Code.Jmp_rel32_64 ? instruction.NearBranchTarget : null;
    }

    private bool TryFindSite(UnwoundFrame frame, out int? site)
    {
        site = null;
        var address = frame.LookupAddress;
        return modules.TryFind(address, out LoadedModule? at) && ReferenceEquals(at, functions.Module)
            && at.Cfi?.TryFindFunction(at.ToImageAddress(address), out var start, out _) == true
            && _sites.TryGetValue(start, out site);
    }

    private ReturnSite KindOf(ulong returnAddress) =>
        modules.TryFind(returnAddress, out LoadedModule? caller) ? ReturnSiteReader.Of(caller, caller.ToImageAddress(returnAddress) - 1) & ~ReturnSite.Outermost : ReturnSite.Scheduler;
}
