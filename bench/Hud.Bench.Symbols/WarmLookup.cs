using System.Diagnostics;
using Hud.Symbols;
using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;

namespace Hud.Bench.Symbols;

/// <summary>Time and allocation of a lookup whose address was looked up before.</summary>
internal static class WarmLookup
{
    private const int Addresses = 4096;
    private const int Repetitions = 200;

    public static IEnumerable<Row> Measure(string program)
    {
        if (!File.Exists(program))
        {
            yield break;
        }

        using var file = new MappedFile(program);
        ElfImage image = ElfImage.TryRead(file.Memory, SymbolLimits.Default, out _)!;
        ElfSection text = image.Sections.First(s => s.Name == ".text");
        var symbolizer = new Symbolizer(image, SymbolLimits.Default);
        var frames = new List<SourceFrame>();
        long allocated = 0, begin = 0;
        for (int repetition = -2; repetition < Repetitions; repetition++)
        {
            if (repetition == 0)
            {
                allocated = GC.GetAllocatedBytesForCurrentThread();
                begin = Stopwatch.GetTimestamp();
            }

            for (ulong i = 0; i < Addresses; i++)
            {
                frames.Clear();
                symbolizer.Lookup(text.Address + text.Size / Addresses * i, frames);
            }
        }

        double nanoseconds = Stopwatch.GetElapsedTime(begin).TotalNanoseconds / Addresses / Repetitions;
        double bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Addresses / Repetitions;
        yield return Row.Of("symbols: warm lookup", "ns", [nanoseconds], "");
        yield return Row.Of("symbols: warm lookup: allocated", "B", [bytes], "none");
    }
}
