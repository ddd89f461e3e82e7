using System.Runtime.InteropServices;
using System.Text;
using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>Keeps what libbpf prints, so that an error can be explained and nothing reaches the terminal.</summary>
internal static unsafe class BpfLog
{
    private const int KeptLines = 40;
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

    /// <summary>The line that most likely names the cause; empty when libbpf said nothing.</summary>
    public static string Cause()
    {
        lock (Gate)
            return Lines.LastOrDefault(l => l.Contains("failed", StringComparison.Ordinal) || l.Contains("rror", StringComparison.Ordinal)) ?? "";
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
        var buffer = stackalloc byte[2048];
        var length = Math.Min(Libc.FormatInto(buffer, 2048, format, arguments), 2047);
        if (length <= 0)
            return 0;
        var text = Encoding.UTF8.GetString(buffer, length).TrimEnd();
        lock (Gate)
        {
            Lines.Enqueue(text);
            if (Lines.Count > KeptLines)
                Lines.Dequeue();
        }
        return length;
    }
}
