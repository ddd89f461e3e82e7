using System.Runtime.InteropServices;
using System.Text;
using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>Keeps what libbpf prints, so that an error can be explained and nothing reaches the terminal.</summary>
internal static unsafe class BpfLog
{
    private const int KeptLines = 40;
    private const int LongestLine = 16 << 20;
    private const int KeptStart = 256, KeptEnd = 4096;
    private const string VerifierLog = "-- BEGIN PROG LOAD LOG --";
    private static readonly Queue<string> Lines = new();
    private static readonly Lock Gate = new();

    static BpfLog() => LibBpf.SetPrint(&Print);

    /// <summary>Forces the static constructor.</summary>
    public static void Install() => Clear();

    public static void Clear()
    {
        lock (Gate)
            Lines.Clear();
    }

    /// <summary>What most likely is the cause: the verifier's last words, else a line that names a failure; empty when libbpf said nothing.</summary>
    public static string Cause()
    {
        lock (Gate)
            return Cause(Lines);
    }

    internal static string Cause(IReadOnlyCollection<string> lines)
    {
        if (lines.LastOrDefault(l => l.Contains(VerifierLog, StringComparison.Ordinal)) is { } log)
        {
            // "libbpf: prog 'NAME': -- BEGIN PROG LOAD LOG --", its lines, "processed 17 insns …", "-- END PROG LOAD LOG --".
            var said = log.Split('\n').Skip(1).LastOrDefault(l => l.Length > 0 && !l.StartsWith("processed ", StringComparison.Ordinal) && !l.StartsWith("-- END", StringComparison.Ordinal));
            if (said is not null)
                return log.Split('\'') is [_, var program, ..] ? $"{program}: {said}" : said;
        }
        var failures = lines.Where(l => l.Contains("failed", StringComparison.Ordinal) || l.Contains("rror", StringComparison.Ordinal)).ToArray();
        // That the whole could not be loaded says nothing more.
        return failures.LastOrDefault(l => !l.Contains("failed to load", StringComparison.Ordinal)) ?? failures.LastOrDefault() ?? "";
    }

    public static string All()
    {
        lock (Gate)
            return string.Join('\n', Lines);
    }

    [UnmanagedCallersOnly]
    private static int Print(int level, byte* format, nint arguments)
    {
        const int Debug = 2;
        if (level >= Debug)
            return 0;
        // What the verifier says comes as one line, and its end counts. Memory that is not written to costs nothing.
        var buffer = (byte*)NativeMemory.Alloc(LongestLine);
        try
        {
            var length = Math.Min(Libc.FormatInto(buffer, LongestLine, format, arguments), LongestLine - 1);
            if (length > 0)
                Keep(new ReadOnlySpan<byte>(buffer, length));
            return length;
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private static void Keep(ReadOnlySpan<byte> line)
    {
        var text = (line.Length <= KeptStart + KeptEnd
            ? Encoding.UTF8.GetString(line)
            : Encoding.UTF8.GetString(line[..KeptStart]) + "\n…\n" + Encoding.UTF8.GetString(line[^KeptEnd..])).TrimEnd();
        lock (Gate)
        {
            Lines.Enqueue(text);
            if (Lines.Count > KeptLines)
                Lines.Dequeue();
        }
    }
}
