using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hud.Bench.Symbols;

/// <summary>
/// Whole processes side by side: hud's symbolizer (NativeAOT), llvm-symbolizer and addr2line over the same random text addresses, in turns, and the first
/// lookup in a program with hundreds of megabytes of DWARF. Wall time, and CPU time and peak memory as GNU time reports them.
/// </summary>
internal static class Comparison
{
    private const int Rounds = 7;

    private readonly record struct Cost(double Seconds, double CpuSeconds, double PeakMegabytes);

    public static int Run(string output, string? big)
    {
        string root = FindRoot();
        Shell(root, "dotnet", "publish", "bench/Hud.Bench.Symbols", "-c", "Release", "-r", "linux-x64", "-v", "quiet");
        Shell(root, "env", "CARGO_PROFILE_RELEASE_DEBUG=2", "CARGO_TARGET_DIR=artifacts/bench-symbols", "scripts/cargo-debian",
            "build", "--quiet", "--release", "--manifest-path", "demo/Cargo.toml");
        string hud = Path.Combine(root, "artifacts/dotnet/publish/Hud.Bench.Symbols/release_linux-x64/hud-bench-symbols");
        var rows = new List<Row>();
        string program = Path.Combine(root, "artifacts/bench-symbols/release/hud-demo");
        if (File.Exists(program))
        {
            rows.AddRange(Compare(hud, program, 20_000, $"20 000 addresses, {new FileInfo(program).Length >> 20} MB release program"));
        }

        if (big is not null && File.Exists(big))
        {
            rows.AddRange(Compare(hud, big, 1, $"first lookup, {new FileInfo(big).Length >> 20} MB program"));
        }

        rows.AddRange(WarmLookup.Measure(program));
        rows.ForEach(Console.WriteLine);
        using FileStream file = File.Create(output);
        JsonSerializer.Serialize(file, rows, RowJson.Default.ListRow);
        return 0;
    }

    private static IEnumerable<Row> Compare(string hud, string program, int count, string what)
    {
        string addresses = WriteAddresses(program, count);
        (string Name, string Command)[] tools =
        [
            ("hud", $"{hud} symbolize {program}"),
            ("llvm-symbolizer", $"llvm-symbolizer --inlines --obj={program}"),
            ("addr2line", $"addr2line -ifa -e {program}"),
        ];
        var costs = tools.ToDictionary(t => t.Name, _ => new List<Cost>());
        for (int round = 0; round < Rounds; round++)
        {
            foreach ((string name, string command) in tools)
            {
                costs[name].Add(Time(command, addresses));
            }
        }

        double own = Row.Of("", "", costs["hud"].Select(c => c.Seconds), "").Median;
        foreach ((string name, _) in tools)
        {
            bool isOwn = name == "hud";
            string goal = !isOwn ? "" : count == 1 ? "at most 150 ms" : "a quarter of the others";
            Row wall = Row.Of($"symbols: {what}: {name}: wall", "ms", costs[name].Select(c => c.Seconds * 1000), goal);
            yield return wall with { Note = FormattableString.Invariant($"{wall.Median / own / 1000:F1} times hud") };
            yield return Row.Of($"symbols: {what}: {name}: CPU", "ms", costs[name].Select(c => c.CpuSeconds * 1000), "");
            yield return Row.Of($"symbols: {what}: {name}: peak memory", "MB", costs[name].Select(c => c.PeakMegabytes), isOwn && count == 1 ? "at most 150 MB" : "");
        }
    }

    private static string WriteAddresses(string program, int count)
    {
        using var file = new MappedFile(program);
        var image = Hud.Symbols.Elf.ElfImage.TryRead(file.Memory, Hud.Symbols.SymbolLimits.Default, out _)!;
        var text = image.Sections.First(s => s.Name == ".text");
        var random = new Random(7);
        string path = Path.Combine(Path.GetTempPath(), $"hud-bench-addresses-{Environment.ProcessId}");
        File.WriteAllLines(path, Enumerable.Range(0, count).Select(_ =>
            "0x" + (text.Address + (ulong)random.NextInt64((long)text.Size)).ToString("x", CultureInfo.InvariantCulture)));
        return path;
    }

    /// <summary>The timed command's own output is dropped; GNU time writes its line to standard error.</summary>
    private static Cost Time(string command, string input)
    {
        var start = new ProcessStartInfo("/usr/bin/time", ["-q", "-f", "%e %U %S %M", "sh", "-c", $"exec {command} < {input} > /dev/null 2>/dev/null"])
        {
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        long begin = Stopwatch.GetTimestamp();
        string[] words = process.StandardError.ReadToEnd().Trim().Split('\n')[^1].Split(' ');
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        double Number(int index) => double.Parse(words[index], CultureInfo.InvariantCulture);
        return new Cost(seconds, Number(1) + Number(2), Number(3) / 1024);
    }

    private static void Shell(string folder, string tool, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { WorkingDirectory = folder })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{tool} {string.Join(' ', arguments)} failed");
        }
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Hud.slnx")))
        {
            folder = Path.GetDirectoryName(folder.TrimEnd('/'));
        }

        return folder ?? throw new InvalidOperationException("run it inside the repository");
    }
}
