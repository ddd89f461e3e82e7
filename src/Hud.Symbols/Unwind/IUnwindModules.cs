using Hud.Symbols.Elf;

namespace Hud.Symbols.Unwind;

/// <summary>What lies where in the address space of the process whose stacks are unwound.</summary>
public interface IUnwindModules
{
    /// <summary>The file mapped executable at <paramref name="runtimeAddress"/>; false for anonymous and unmapped memory. Must not allocate when warm.</summary>
    bool TryFind(ulong runtimeAddress, out UnwindModule module);
}

/// <summary>One mapped file.</summary>
/// <param name="Image">For reading code where <paramref name="Cfi"/> has no rules; null when the file could not be read.</param>
/// <param name="Cfi">Null when the file has no call frame information.</param>
/// <param name="Bias">Runtime address minus image address.</param>
public readonly record struct UnwindModule(ElfImage? Image, CfiTable? Cfi, ulong Bias);
