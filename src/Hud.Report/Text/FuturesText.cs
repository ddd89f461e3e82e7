using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>The exact tracker's figures by future type.</summary>
internal static class FuturesText
{
    private const int Rows = 20;
    private const int Amount = 10;

    public static void Write(TextCanvas canvas, Report report)
    {
        if (report.Futures.Count == 0)
            return;
        var delays = report.Futures.Any(f => f.ScheduleDelay is not null);
        canvas.Heading(delays ? "Futures: every poll, and its schedule delay" : "Futures: every poll");
        var wide = canvas.Width >= 90;
        string[] columns = [.. Columns(wide, delays)];
        var name = canvas.Width - 4 - columns.Length * Amount;
        canvas.Space(4).Left("future", name, Ink.Dim);
        foreach (var column in columns)
            canvas.Right(column, Amount, Ink.Dim);
        canvas.End();
        foreach (var future in report.Futures.Take(Rows))
        {
            var (polls, delay) = (future.PollTime, future.ScheduleDelay is { Count: > 0 } d ? d : null);
            canvas.Space(4).Left(FutureNames.Of(future), name);
            foreach (var column in columns)
            {
                canvas.Right(
                    column switch
                    {
                        "polls" => Units.Count(polls.Count),
                        "mean" => Units.Duration(polls.MeanNs()),
                        "p99" => Units.Duration(polls.P99Ns),
                        "longest" => Units.Duration(polls.MaxNs),
                        _ when delay is null => "–",
                        "delay p99" => Units.Duration(delay.P99Ns),
                        _ => Units.Duration(delay.MaxNs),
                    },
                    Amount);
            }

            canvas.End();
        }

        if (report.Futures.Count > Rows)
            canvas.Space(4).Add($"… and {Units.Count(report.Futures.Count - Rows)} more; --export NAME.hud.json keeps everything", Ink.Dim).End();
        canvas.Paragraph(FutureNames.Footnote(report), 4, Ink.Dim);
    }

    private static IEnumerable<string> Columns(bool wide, bool delays)
    {
        yield return "polls";
        if (wide)
            yield return "mean";
        yield return "p99";
        yield return "longest";
        if (delays && wide)
            yield return "delay p99";
        if (delays)
            yield return "delay max";
    }
}
