using System.Reflection;
using Hud.Analysis.Model;
using Hud.Live;
using Hud.Live.Demo;
using Hud.Live.Model;

// Shows the live view over made-up data: Hud.Live.Demo [STATE] [--saved] [--crash-after MS] [--end-after MS]
// where STATE is a method of SampleReports. The tests drive it in a terminal.
var state = args.FirstOrDefault(a => !a.StartsWith('-')) ?? nameof(SampleReports.Many);
var report = typeof(SampleReports).GetMethod(state, BindingFlags.Public | BindingFlags.Static, [])?.Invoke(null, null) as Report ?? SampleReports.Empty();
using var end = new CancellationTokenSource();
if (After("--end-after") is { } endMs) end.CancelAfter(endMs);
if (After("--crash-after") is { } crashMs)
    new Thread(() => { Thread.Sleep(crashMs); throw new InvalidOperationException("crash on request"); }).Start();
using var demo = args.Contains("--saved") ? null : new DemoSession(report);
ILiveSource source = demo is null ? new SavedReportSource(report, () => "wrote report.html") : demo;
var exit = LiveApp.Run(source, new LiveOptions(), end.Token, out var problem);
Console.WriteLine(exit is null ? $"no view: {problem}" : $"ended: {exit}");
return 0;

int? After(string option) => Array.IndexOf(args, option) is >= 0 and var i ? int.Parse(args[i + 1], System.Globalization.CultureInfo.InvariantCulture) : null;
