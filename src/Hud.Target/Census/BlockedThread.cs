using System.Globalization;

namespace Hud.Target;

/// <summary>Where a thread that does not run stands, from /proc/PID/task/TID/syscall; see proc_pid_syscall(5).</summary>
/// <param name="Syscall">Number of the system call it is in; -1 for none.</param>
internal readonly record struct BlockedThread(int Syscall, ulong StackPointer, ulong InstructionPointer)
{
    /// <summary>False for "running", a thread that is gone, and one that may not be looked at.</summary>
    public static bool TryRead(int pid, int tid, out BlockedThread thread) =>
        TryParse(ProcFs.TryReadText($"/proc/{pid}/task/{tid}/syscall") ?? "", out thread);

    /// <summary>"-1 sp pc", or the number, six arguments, sp and pc.</summary>
    public static bool TryParse(string text, out BlockedThread thread)
    {
        thread = default;
        var fields = text.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (3 or 9) || !int.TryParse(fields[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ||
            !TryHex(fields[^2], out var stack) || !TryHex(fields[^1], out var instruction))
            return false;
        thread = new BlockedThread(number, stack, instruction);
        return true;
    }

    private static bool TryHex(string text, out ulong value)
    {
        value = 0;
        return text.StartsWith("0x", StringComparison.Ordinal) &&
            ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
