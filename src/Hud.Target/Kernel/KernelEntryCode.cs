using System.Globalization;

namespace Hud.Target;

/// <summary>
/// The code by which the kernel is entered, for system calls, exceptions and interrupts: from <c>__entry_text_start</c> to
/// <c>__entry_text_end</c> (arch/x86/kernel/vmlinux.lds.S), looked up in /proc/kallsyms at the first question.
/// </summary>
public sealed class KernelEntryCode
{
    private readonly Lazy<(ulong Start, ulong End)> _range;

    public KernelEntryCode() => _range = new(Read);

    internal KernelEntryCode(TextReader kallsyms) => _range = new(() => Read(kallsyms));

    /// <summary>What an interrupt interrupted, of a stack that begins inside it; empty where that was user mode, or cannot be told.</summary>
    /// <param name="stack">Addresses, innermost first.</param>
    public ReadOnlySpan<ulong> Interrupted(ReadOnlySpan<ulong> stack)
    {
        var (start, end) = _range.Value;
        for (var i = 0; i < stack.Length; i++)
        {
            if (stack[i] >= start && stack[i] < end)
                return stack[(i + 1)..];
        }
        return [];
    }

    private static (ulong Start, ulong End) Read()
    {
        try
        {
            using var reader = new StreamReader("/proc/kallsyms");
            return Read(reader);
        }
        catch (Exception e) when (ProcFs.IsAbsence(e))
        {
            return default;
        }
    }

    private static (ulong Start, ulong End) Read(TextReader kallsyms)
    {
        ulong start = 0;
        while (kallsyms.ReadLine() is { } line)
        {
            if (line.Split(' ', 3) is not [var text, _, var name] || !ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var address))
                continue;
            if (name == "__entry_text_start")
                start = address;
            else if (name == "__entry_text_end" && start != 0)
                return (start, address);
        }
        return default;
    }
}
