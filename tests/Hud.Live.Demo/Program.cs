using System.Reflection;
using System.Runtime.InteropServices;
using Hud.Analysis.Model;
using Hud.Live;
using Hud.Live.Demo;
using Hud.Live.Model;

// Shows the live view over made-up data: Hud.Live.Demo [STATE] [--saved]
// where STATE is a method of SampleReports. The tests drive it in a terminal. SIGUSR1 ends the session, SIGUSR2 crashes.
var state = args.FirstOrDefault(a => !a.StartsWith('-')) ?? nameof(SampleReports.Many);
var report = typeof(SampleReports).GetMethod(state, BindingFlags.Public | BindingFlags.Static, [])?.Invoke(null, null) as Report ?? SampleReports.Empty();
using var end = new CancellationTokenSource();
using var ending = On(10, end.Cancel);
using var crash = On(12, () => new Thread(() => throw new InvalidOperationException("crash on request")).Start());
using var demo = args.Contains("--saved") ? null : new DemoSession(report);
ILiveSource source = demo is null ? new SavedReportSource(report, () => "wrote report.html") : demo;
var exit = LiveApp.Run(source, new LiveOptions(), end.Token, out var problem);
Console.WriteLine(exit is null ? $"no view: {problem}" : $"ended: {exit}");
return 0;

static PosixSignalRegistration On(int signal, Action act) => PosixSignalRegistration.Create((PosixSignal)signal, context =>
{
    context.Cancel = true;
    act();
});
