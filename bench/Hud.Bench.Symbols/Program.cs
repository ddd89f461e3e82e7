using System.Globalization;
using System.Text;
using Hud.Symbols;
using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;
using Microsoft.Win32.SafeHandles;

namespace Hud.Bench.Symbols;

/// <summary>
/// `OUT.json [BIG-PROGRAM]`: the comparison with the system's tools. `symbolize FILE`: image addresses from standard input, one a line, to function and file:line:column of every inlined frame, with an empty line after
/// each address: what llvm-symbolizer --inlines and addr2line -ifa print. `--raw` prints linkage names.
/// </summary>
internal static class Program
{
    private const int MaxWorkers = 4;

    public static int Main(string[] args)
    {
        if (args is [{ } report, ..] && report.EndsWith(".json", StringComparison.Ordinal))
        {
            return Comparison.Run(report, args.Length > 1 ? args[1] : null);
        }

        if (args is not ["symbolize", string path, ..])
        {
            Console.Error.WriteLine("usage: hud-bench-symbols OUT.json [BIG-PROGRAM]\n       hud-bench-symbols symbolize FILE [--raw] < addresses");
            return 2;
        }

        bool raw = args.Contains("--raw");
        using var file = new MappedFile(path);
        ElfImage? image = ElfImage.TryRead(file.Memory, SymbolLimits.Default, out string? problem);
        if (image is null)
        {
            Console.Error.WriteLine($"{path}: {problem}");
            return 1;
        }

        Symbolizer Create() => new(image, SymbolLimits.Default, dwo: new FileSplitDwarf(path));
        int workers = Math.Min(Environment.ProcessorCount, MaxWorkers);
        Print(BatchLookup.Run(Create, ReadAddresses(), workers), raw, workers);
        return 0;
    }

    /// <summary>Chunks are made side by side and printed in order.</summary>
    private static void Print(SourceFrame[][] frames, bool raw, int workers)
    {
        const int Chunk = 256;
        using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        FrameWriter[] writers = [.. Enumerable.Range(0, workers).Select(_ => new FrameWriter(raw))];
        for (int start = 0; start < frames.Length; start += Chunk * workers)
        {
            Parallel.For(0, workers, worker =>
            {
                int first = Math.Min(frames.Length, start + worker * Chunk);
                foreach (SourceFrame[] address in frames.AsSpan(first, Math.Min(Chunk, frames.Length - first)))
                {
                    writers[worker].Write(address);
                }
            });
            foreach (FrameWriter writer in writers)
            {
                writer.Flush(output);
            }
        }
    }

    /// <summary>Hexadecimal, one a line; other lines are skipped.</summary>
    private static ulong[] ReadAddresses()
    {
        var addresses = new List<ulong>();
        using var input = new StreamReader(Console.OpenStandardInput(), Encoding.ASCII, false, 1 << 16);
        while (input.ReadLine() is { } line)
        {
            ReadOnlySpan<char> digits = line.AsSpan();
            digits = digits.StartsWith("0x", StringComparison.Ordinal) ? digits[2..] : digits;
            if (ulong.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong address))
            {
                addresses.Add(address);
            }
        }

        return [.. addresses];
    }
}
