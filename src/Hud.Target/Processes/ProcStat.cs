using System.Buffers.Text;
using System.Text;

namespace Hud.Target;

/// <summary>The fields of /proc/PID/stat (and /proc/PID/task/TID/stat) that hud uses; see proc_pid_stat(5).</summary>
/// <param name="Comm">Name of the main thread, at most 15 bytes; may hold blanks and parentheses.</param>
/// <param name="State">One letter: R, S, D, Z, T, t, X, I.</param>
/// <param name="Flags">PF_* of include/linux/sched.h.</param>
/// <param name="StartTicks">Clock ticks (USER_HZ, 100 a second) after boot.</param>
internal readonly record struct ProcStat(int Pid, string Comm, char State, int ParentPid, uint Flags, ulong StartTicks)
{
    private const uint KernelThread = 0x0020_0000;

    public bool IsKernelThread => (Flags & KernelThread) != 0;

    public bool HasExited => State is 'Z' or 'X' or 'x';

    public static bool TryRead(string path, out ProcStat stat)
    {
        stat = default;
        return ProcFs.TryReadBytes(path) is { } bytes && TryParse(bytes, out stat);
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out ProcStat stat)
    {
        stat = default;
        var open = text.IndexOf((byte)'(');
        var close = text.LastIndexOf((byte)')');
        if (open < 2 || close < open || !Utf8Parser.TryParse(text[..(open - 1)], out int pid, out _))
            return false;

        Span<Range> fields = stackalloc Range[21];
        var rest = text[(close + 1)..].Trim((byte)' ');
        if (Split(rest, fields) < 20 || rest[fields[0]].Length != 1)
            return false;
        if (!Utf8Parser.TryParse(rest[fields[1]], out int parent, out _) ||
            !Utf8Parser.TryParse(rest[fields[6]], out uint flags, out _) ||
            !Utf8Parser.TryParse(rest[fields[19]], out ulong start, out _))
            return false;

        var comm = Encoding.UTF8.GetString(text[(open + 1)..close]);
        stat = new ProcStat(pid, comm, (char)rest[fields[0]][0], parent, flags, start);
        return true;
    }

    private static int Split(ReadOnlySpan<byte> text, Span<Range> fields)
    {
        var count = 0;
        for (var at = 0; at < text.Length && count < fields.Length; count++)
        {
            var length = text[at..].IndexOf((byte)' ');
            var end = length < 0 ? text.Length : at + length;
            fields[count] = at..end;
            at = end + 1;
        }
        return count;
    }
}
