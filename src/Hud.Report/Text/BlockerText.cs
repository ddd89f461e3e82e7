using System.Globalization;
using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>One blocker in full: where, how long, why, what to do.</summary>
internal static class BlockerText
{
    private const int Label = 11;

    public static void Write(TextCanvas canvas, Report report, Blocker b, int number, ReportTotals totals, SourcePaths paths, TextReportOptions options)
    {
        canvas.End();
        canvas.Left($"{number.ToString(CultureInfo.InvariantCulture)}.", 4, Ink.Dim).Add(TextCanvas.Fit(NameText.Clean(b.Culprit.Function), canvas.Remaining), Ink.User).End();
        Row(canvas, "where", paths.Location(b.Culprit) ?? (b.Culprit.Module is { } m ? $"{m} {b.Culprit.Address}" : b.Culprit.Address));
        var call = b.Call is { } c ? $" in {NameText.Clean(c.Function, 160)}" : "";
        Row(canvas, "cause", $"{b.Cause}{call}{Meaning(b.Cause)}");
        if (b.Detail is { } detail)
            Row(canvas, "detail", NameText.Clean(detail, 300));
        Row(canvas, "time", $"{Units.Count(b.Count, "poll")}, {Units.Duration(b.TotalNs)} in all ({Units.Percent(b.TotalNs, totals.WorkerNs)} of worker time); p50 {Units.Duration(b.P50Ns)}, p99 {Units.Duration(b.P99Ns)}, max {Units.Duration(b.MaxNs)}");
        Row(canvas, "split", $"{Units.Duration(b.OnCpuNs)} on CPU, {Units.Duration(b.BlockedNs)} asleep; besides {Units.Duration(b.RunQueueNs)} in the run queue");
        if (report.Events.Count(e => e.InProgress && e.Blocker == b.Id) is var running and > 0)
            Row(canvas, "running", $"{Units.Count(running, "poll")} had not ended when the session did");
        if (b.WaitingTasks is > 0 and var waiting)
            Row(canvas, "held up", HeldUp(waiting));
        if (TaskText(b.Task, paths) is { } task)
            Row(canvas, "task", task);
        if (b.HeldBy is { Count: > 0 } holders)
            Row(canvas, "held by", string.Join(", ", holders.Take(4).Select(h => $"{NameText.Clean(h.Culprit.Function, 120)}{Place(h.Culprit, paths)} ({Units.Count(h.Count)}×)")));
        Row(canvas, "advice", b.Advice);
        Stack(canvas, b, paths, options);
    }

    internal static string HeldUp(long waiting) => $"{Units.Count(waiting, "task")} in the worker's own queue and LIFO slot, behind these polls";

    internal static string? TaskText(TaskInfo task, SourcePaths paths)
    {
        var parts = new List<string>();
        if (!string.IsNullOrEmpty(task.Name))
            parts.Add($"\"{NameText.Clean(task.Name, 80)}\"");
        if (!string.IsNullOrEmpty(task.Type))
            parts.Add(NameText.Clean(task.Type, 160));
        if (task.SpawnedAt is { } at)
            parts.Add($"spawned at {paths.Location(at) ?? NameText.Clean(at.Function, 120)}");
        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    private static void Stack(TextCanvas canvas, Blocker b, SourcePaths paths, TextReportOptions options)
    {
        if (b.Stacks.Count == 0)
            return;
        var stack = b.Stacks[0];
        var share = b.Stacks.Count == 1 ? "" : $" {Units.Percent(stack.Ns, b.TotalNs)} of its time, {Units.Count(b.Stacks.Count)} stacks in all";
        canvas.Paragraph($"innermost first; your code marked >{(share.Length > 0 ? ";" : "")}{share}", 4 + Label, Ink.Dim, "    stack", Ink.Dim);
        foreach (var f in stack.Frames.Take(options.StackFrames))
        {
            var user = f.Kind == FrameKind.User;
            var location = paths.Location(f) ?? (f.Kind == FrameKind.Kernel ? "kernel" : f.Module ?? "");
            var where = TextCanvas.Fit(NameText.Clean(location), canvas.Width / 3);
            var cells = canvas.Width - 8 - TextCanvas.Cells(where) - 2 - (f.Inlined ? 10 : 0);
            canvas.Space(5).Add(user ? "> " : "  ", Ink.User).Space(1).Add(TextCanvas.Fit(NameText.Clean(f.Function), cells), user ? Ink.User : Ink.Plain);
            if (f.Inlined)
                canvas.Add(" (inlined)", Ink.Dim);
            canvas.Space(2).Add(where, Ink.Dim).End();
        }

        if (stack.Frames.Count > options.StackFrames)
            canvas.Space(8).Add($"… {Units.Count(stack.Frames.Count - options.StackFrames)} more frames", Ink.Dim).End();
    }

    private static string Meaning(string cause) => Causes.All.FirstOrDefault(c => c.Word == cause) is { } known ? $": {known.Meaning}" : "";

    private static string Place(Frame frame, SourcePaths paths) => paths.Location(frame) is { } place ? $" at {place}" : "";

    private static void Row(TextCanvas canvas, string label, string text) => canvas.Paragraph(text, 4 + Label, Ink.Plain, "    " + label, Ink.Dim);
}
