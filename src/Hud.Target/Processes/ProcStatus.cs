namespace Hud.Target;

/// <summary>The lines of /proc/PID/status that hud uses.</summary>
/// <param name="NamespacePids">The process's id in each pid namespace it is seen from, outermost (that of this /proc) first.</param>
/// <param name="ThreadGroup">Id of the process, which for a thread differs from its own; null where the kernel does not tell.</param>
/// <param name="AllowedCpus">Those that the thread may run on, offline ones included.</param>
/// <param name="EffectiveCapabilities">Bit n is CAP number n of include/uapi/linux/capability.h.</param>
internal sealed record ProcStatus(IReadOnlyList<int> NamespacePids, int? ThreadGroup, IReadOnlyCollection<int> AllowedCpus, ulong EffectiveCapabilities, int EffectiveUserId)
{
    public static ProcStatus? TryRead(string path) =>
        ProcFs.TryReadText(path) is { } text ? Parse(text) : null;

    public static ProcStatus Parse(string text)
    {
        var pids = new List<int>();
        int? group = null;
        var cpus = new SortedSet<int>();
        ulong capabilities = 0;
        var user = -1;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("NSpid:", StringComparison.Ordinal))
                pids = Numbers(line[6..]);
            else if (line.StartsWith("Tgid:", StringComparison.Ordinal) && Numbers(line[5..]) is [var leader])
                group = leader;
            else if (line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal))
                CpuList.AddTo(cpus, line[18..]);
            else if (line.StartsWith("CapEff:", StringComparison.Ordinal))
                _ = ulong.TryParse(line[7..].Trim(), System.Globalization.NumberStyles.HexNumber, null, out capabilities);
            else if (line.StartsWith("Uid:", StringComparison.Ordinal) && Numbers(line[4..]) is [_, var effective, ..])
                user = effective;
        }
        return new ProcStatus(pids, group, cpus, capabilities, user);
    }

    private static List<int> Numbers(ReadOnlySpan<char> text)
    {
        var numbers = new List<int>();
        foreach (var range in text.SplitAny(' ', '\t'))
        {
            if (int.TryParse(text[range], out var number))
                numbers.Add(number);
        }
        return numbers;
    }
}
