using System.Globalization;

namespace Hud.Target;

/// <summary>Sets of CPUs as the kernel writes them: "0-3,8" (cpumap_print_to_pagebuf, list format).</summary>
internal static class CpuList
{
    private const int MostCpus = 1 << 16;

    /// <summary>Adds the CPUs of the list; what is no number is left out.</summary>
    public static void AddTo(SortedSet<int> cpus, ReadOnlySpan<char> list)
    {
        foreach (var range in list.Split(','))
        {
            var text = list[range].Trim();
            var dash = text.IndexOf('-');
            if (!TryParse(dash < 0 ? text : text[..dash], out var first) || !TryParse(dash < 0 ? text : text[(dash + 1)..], out var last) || last >= MostCpus)
                continue;
            for (var cpu = first; cpu <= last; cpu++)
                cpus.Add(cpu);
        }
    }

    private static bool TryParse(ReadOnlySpan<char> text, out int cpu) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cpu);
}
