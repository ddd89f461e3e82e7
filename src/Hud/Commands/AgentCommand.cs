using System.CommandLine;
using System.Globalization;
using System.Net;
using Hud.Agent;
using Hud.CommandLine;
using Hud.Reporting.Formats;
using Hud.Sessions;
using Hud.Target;

namespace Hud.Commands;

/// <summary><c>hud agent</c>: stays, watches every Tokio process of the host, and serves what it finds to Prometheus.</summary>
internal static class AgentCommand
{
    private const string DefaultAddress = "127.0.0.1:9746";
    private const int DefaultMost = 16;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var session = new SessionOptions();
        var metrics = new Option<string>("--metrics") { Description = "Where GET /metrics is answered; without an address on this host alone.", HelpName = "ADDRESS:PORT", DefaultValueFactory = _ => DefaultAddress };
        var most = new Option<int>("--max-processes") { Description = "Watch at most N processes at once.", HelpName = "N", DefaultValueFactory = _ => DefaultMost, CustomParser = Numbers.Plain<int>("--max-processes takes a number from 1 to 1000", n => n is >= 1 and <= 1000) };
        var only = new Option<string[]>("--only") { Description = "Watch only processes with TEXT in their name or command line. Repeatable.", HelpName = "TEXT", AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [] };
        metrics.Validators.Add(r => { if (!TryParse(r.GetValue(metrics), out _)) r.AddError($"--metrics takes ADDRESS:PORT or PORT, such as {DefaultAddress} or [::]:9746, not '{r.GetValue(metrics)}'."); });
        var command = new Command("agent", "Stay and watch every Tokio process of the host; Prometheus scrapes what is found.") { metrics, most, only, session.Threshold, session.Tracker, session.MaxOverhead };
        command.SetAction(parse =>
        {
            _ = TryParse(parse.GetValue(metrics), out var address);
            SessionSettings.RequireBaseline(parse.GetValue(session.Threshold), parse.GetValue(session.Tracker));
            var settings = new SessionSettings { Threshold = parse.GetValue(session.Threshold), Tracker = parse.GetValue(session.Tracker) ?? "auto", MaxOverheadPercent = parse.GetValue(session.MaxOverhead) };
            return Run(address, new HostWatch(settings, parse.GetValue(only) ?? [], parse.GetValue(most)));
        });
        return command;
    }

    private static int Run(IPEndPoint address, HostWatch host)
    {
        using var signals = new StopSignals();
        using (host)
        {
            Preflight.RequireHost();
            using var endpoint = new MetricsEndpoint(address, () => Metrics(host));
            Output.Progress($"metrics at http://{endpoint.Address}/metrics");
            do host.Update();
            while (!signals.Token.WaitHandle.WaitOne(Period));
        }
        return (int)ExitCode.Done;
    }

    private static string Metrics(HostWatch host)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        PrometheusExporter.WriteAll(host.Reports(), text);
        var (watched, refused, leftOut) = host.Counts;
        text.Write("# HELP hud_agent_processes Tokio processes of the host as the last look found them.\n# TYPE hud_agent_processes gauge\n");
        text.Write($"hud_agent_processes{{state=\"watched\"}} {watched}\nhud_agent_processes{{state=\"refused\"}} {refused}\nhud_agent_processes{{state=\"over-limit\"}} {leftOut}\n");
        text.Write($"# HELP hud_agent_cpu_seconds_total CPU time of the agent itself.\n# TYPE hud_agent_cpu_seconds_total counter\nhud_agent_cpu_seconds_total {(Host.OwnCpuNs / 1e9).ToString("0.######", CultureInfo.InvariantCulture)}\n");
        text.Write($"# HELP hud_agent_peak_resident_bytes Most memory the agent ever had resident.\n# TYPE hud_agent_peak_resident_bytes gauge\nhud_agent_peak_resident_bytes {Host.PeakRssBytes}\n");
        return text.ToString();
    }

    /// <summary>A bare port means this host alone: metrics name code.</summary>
    private static bool TryParse(string? text, out IPEndPoint address)
    {
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || (text?.StartsWith(':') == true && ushort.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out port)))
        {
            address = new IPEndPoint(IPAddress.Loopback, port);
            return true;
        }
        return IPEndPoint.TryParse(text ?? "", out address!) && text!.Contains(':', StringComparison.Ordinal);
    }
}
