using System.Text.Json;
using Hud.Bench.EndToEnd;

// Hud.Bench.EndToEnd HUD WORKLOADS DEMO OUT [BIG-DWARF-PROGRAM]: what hud costs a real process, and how soon it finds.
// Paired ratios, since the machines it runs on are noisy; the quartiles are the spread.
if (args.Length < 4)
{
    Console.Error.WriteLine("usage: Hud.Bench.EndToEnd HUD WORKLOAD-DIRECTORY DEMO-DIRECTORY OUT.json [BIG-DWARF-PROGRAM]");
    return 2;
}
var (hud, workloads, demo, output) = (args[0], args[1], args[2], args[3]);
var rows = new List<Row>();
void Add(IEnumerable<Row> measured)
{
    foreach (var row in measured)
    {
        Console.WriteLine(row);
        rows.Add(row);
    }
}

var polls = Path.Combine(workloads, "release", "polls");
var only = Environment.GetEnvironmentVariable("HUD_BENCH_ONLY");
bool Wants(string part) => only is null || only == part;
if (Wants("exact"))
    Add(ExactCost.Measure(hud, polls));
if (Wants("auto"))
    Add(AutoBudget.Measure(hud, polls));
if (Wants("switches"))
    Add(SwitchCost.Measure(hud, polls));
if (Wants("workers"))
    Add(WorkerCost.Measure(hud, polls));
if (Wants("first"))
{
    Add(FirstFinding.Measure(hud, "debug info", Path.Combine(workloads, "debug", "blocks"), 300));
    Add(FirstFinding.Measure(hud, "no debug info, calibrated", Path.Combine(workloads, "release", "blocks"), 300));
    if (args.Length > 4) Add(FirstFinding.Measure(hud, "300 MB of DWARF", args[4], 1000));
    Add(FirstFinding.MeasureDemo(hud, "debug", demo, 300));
    Add(FirstFinding.MeasureDemo(hud, "release", demo, 300));
}
if (Wants("own"))
    Add(OwnCost.Measure(hud, Path.Combine(workloads, "release", "blocks")));

await File.WriteAllBytesAsync(output, JsonSerializer.SerializeToUtf8Bytes(rows, new JsonSerializerOptions
{
    WriteIndented = true,
    PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
}));
return 0;
