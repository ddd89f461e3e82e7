using System.Globalization;
using System.Text;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>
/// Prometheus text format 0.0.4 for node-exporter's textfile collector. No timestamps: the collector refuses a file that
/// has one. Sites are capped, since every site is a time series.
/// </summary>
public sealed class PrometheusExporter : IExporter
{
    private const int MaxSites = 10;
    private static readonly long[] BucketsNs = [5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000, 1_000_000_000, 10_000_000_000];

    public string Name => "prometheus";
    public IReadOnlyList<string> Extensions => [".prom"];
    public string Description => "Prometheus text: node-exporter textfile collector";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), 16 * 1024, leaveOpen: true) { NewLine = "\n" };
        var metrics = new Metrics(text);
        Reported[] reports = [new(report)];
        WriteTotals(metrics, reports);
        Histogram(metrics, reports[0]);
        Sites(metrics, reports);
        Workers(metrics, reports);
    }

    /// <summary>
    /// The reports of sessions that go on, one a process. Without the histogram: it is of the polls that are listed one by one,
    /// and that list is bounded.
    /// </summary>
    public static void WriteAll(IReadOnlyList<Report> reports, TextWriter text)
    {
        var metrics = new Metrics(text);
        Reported[] all = [.. reports.Select(r => new Reported(r))];
        WriteTotals(metrics, all);
        Sites(metrics, all);
        Workers(metrics, all);
    }

    private static void WriteTotals(Metrics metrics, Reported[] reports)
    {
        metrics.Each(reports, "hud_build_info", "gauge", "Version of hud and of the target's Tokio.", r =>
            metrics.Sample(r, "hud_build_info", "1", ("version", r.Report.Tool.Version), ("tokio", r.Report.Target.TokioVersion ?? "unknown"), ("tracker", r.Report.Session.Tracker)));
        metrics.Each(reports, "hud_blocking_polls_total", "counter", "Polls whose own time reached the threshold.", r =>
        {
            foreach (var (word, count, _) in r.Causes) metrics.Sample(r, "hud_blocking_polls_total", Number(count), ("cause", word));
        });
        metrics.Each(reports, "hud_blocked_seconds_total", "counter", "Own time of blocking polls.", r =>
        {
            foreach (var (word, _, ns) in r.Causes) metrics.Sample(r, "hud_blocked_seconds_total", Units.Exact(ns, 9), ("cause", word));
        });
        One("hud_starved_polls_total", "counter", "Polls that reached the threshold only by waiting for a CPU.", r => Number(r.Starved.Sum(b => b.Count)));
        One("hud_longest_poll_seconds", "gauge", "Own time of the longest blocking poll of the session.", r => Units.Exact(ReportTotals.Of(r).LongestNs, 9));
        One("hud_driver_stall_seconds_total", "counter", "Time in which nobody polled the runtime's I/O and timers.", r => Units.Exact(r.DriverStalls.Sum(s => s.DurationNs), 9));
        One("hud_lost_events_total", "counter", "Events lost between kernel and hud.", r => Number(r.Session.Lost.Events));
        One("hud_session_seconds", "gauge", "Length of the session that this file reports.", r => Units.Exact(r.Session.DurationNs, 9));
        One("hud_threshold_seconds", "gauge", "Own time from which a poll counts as blocking.", r => Units.Exact(r.Session.ThresholdNs, 9));

        void One(string name, string type, string help, Func<Report, string> value) =>
            metrics.Each(reports, name, type, help, r => metrics.Sample(r, name, value(r.Report)));
    }

    private static void Histogram(Metrics metrics, Reported reported)
    {
        var counts = new long[BucketsNs.Length + 1];
        long sum = 0;
        foreach (var e in reported.Report.Events)
        {
            if (e.Starved)
                continue;
            var ns = ReportTotals.OwnNsOf(e);
            sum += ns;
            var bucket = 0;
            while (bucket < BucketsNs.Length && ns > BucketsNs[bucket])
                bucket++;
            counts[bucket]++;
        }

        const string name = "hud_blocking_poll_duration_seconds";
        metrics.Each([reported], name, "histogram", "Own time of the blocking polls that the report lists one by one.", r =>
        {
            long cumulated = 0;
            for (var i = 0; i < BucketsNs.Length; i++)
                metrics.Sample(r, name + "_bucket", Number(cumulated += counts[i]), ("le", Units.Exact(BucketsNs[i], 9)));
            metrics.Sample(r, name + "_bucket", Number(cumulated += counts[^1]), ("le", "+Inf"));
            metrics.Sample(r, name + "_sum", Units.Exact(sum, 9));
            metrics.Sample(r, name + "_count", Number(cumulated));
        });
    }

    private static void Sites(Metrics metrics, Reported[] reports)
    {
        const string name = "hud_blocking_site_seconds_total";
        metrics.Each(reports, name, "counter", "Own time of blocking polls by place, the ten worst by name.", r =>
        {
            foreach (var b in r.Report.Blockers.Take(MaxSites))
                metrics.Sample(r, name, Units.Exact(b.TotalNs, 9), ("site", NameText.Clean(b.Culprit.Function, 200)), ("cause", b.Cause), ("id", b.Id));
            metrics.Sample(r, name, Units.Exact(r.Report.Blockers.Skip(MaxSites).Sum(b => b.TotalNs), 9), ("site", "(all other places)"), ("cause", ""), ("id", ""));
        });
    }

    private static void Workers(Metrics metrics, Reported[] reports)
    {
        metrics.Each(reports, "hud_worker_seconds_total", "counter", "Time of each worker by state.", r =>
        {
            foreach (var w in r.Workers)
            {
                foreach (var (state, ns) in (ReadOnlySpan<(string, long)>)[("on-cpu", w.OnCpuNs), ("asleep", w.BlockedNs), ("run-queue", w.RunQueueNs), ("parked", w.IdleNs)])
                    metrics.Sample(r, "hud_worker_seconds_total", Units.Exact(ns, 9), ("worker", Worker(w)), ("state", state));
            }
        });
        metrics.Each(reports, "hud_worker_busy_ratio", "gauge", "Share of the session that the worker was not parked.", r =>
        {
            foreach (var w in r.Workers)
            {
                var whole = w.OnCpuNs + w.BlockedNs + w.RunQueueNs + w.IdleNs;
                metrics.Sample(r, "hud_worker_busy_ratio", whole == 0 ? "0" : (1.0 - (double)w.IdleNs / whole).ToString("0.######", CultureInfo.InvariantCulture), ("worker", Worker(w)));
            }
        });
    }

    private static string Worker(WorkerInfo w) => ThreadLabels.Of(w);

    private static string Number(long n) => n.ToString(CultureInfo.InvariantCulture);

    /// <summary>A report with the labels that all its series have.</summary>
    private sealed class Reported(Report report)
    {
        public Report Report { get; } = report;
        public (string Name, string Value)[] Labels { get; } = [("process", report.Target.Name), ("pid", report.Target.Pid.ToString(CultureInfo.InvariantCulture))];
        public WorkerInfo[] Workers { get; } = [.. report.Workers.DistinctBy(w => w.Tid)];

        /// <summary>Every cause, those that nothing was put down to included.</summary>
        public (string Word, long Count, long Ns)[] Causes { get; } =
        [
            .. Analysis.Model.Causes.All.Select(c => c.Word).Where(w => w != Analysis.Model.Causes.CpuStarved).Union(report.Blockers.Select(b => b.Cause), StringComparer.Ordinal)
                .Select(w => (w, report.Blockers.Where(b => b.Cause == w).Sum(b => b.Count), report.Blockers.Where(b => b.Cause == w).Sum(b => b.TotalNs))),
        ];
    }

    private sealed class Metrics(TextWriter text)
    {
        /// <summary>One family with the series of each report: the format wants them together.</summary>
        public void Each(Reported[] reports, string name, string type, string help, Action<Reported> samples)
        {
            text.Write($"# HELP {name} {help}\n# TYPE {name} {type}\n");
            foreach (var report in reports) samples(report);
        }

        public void Sample(Reported of, string name, string value, params ReadOnlySpan<(string Name, string Value)> labels)
        {
            text.Write(name);
            var separator = '{';
            foreach (var (label, its) in of.Labels)
                Label(label, its, ref separator);
            foreach (var (label, its) in labels)
                Label(label, its, ref separator);
            text.Write($"}} {value}\n");
        }

        private void Label(string name, string value, ref char separator)
        {
            var escaped = NameText.Clean(value, 200).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            text.Write($"{separator}{name}=\"{escaped}\"");
            separator = ',';
        }
    }
}
