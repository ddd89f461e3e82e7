using System.CommandLine;
using System.CommandLine.Parsing;

namespace Hud.CommandLine;

/// <summary>The options of every command that attaches to a process, declared once.</summary>
internal sealed class SessionOptions
{
    public const double DefaultThresholdMs = 5;

    public Argument<string?> Name { get; } = new("NAME")
    {
        Description = "Process to attach to, by name (an exact name before a part of one) or id.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<int?> Pid { get; } = new("--pid", "-p")
    {
        Description = "Process to attach to, by id.",
        HelpName = "PID",
        CustomParser = Numbers.ProcessId,
    };

    public Option<Threshold> Threshold { get; } = new("--threshold", "-t")
    {
        Description = "Report polls whose own time reaches this many milliseconds (fractions allowed), or a multiple of a percentile of the program's own poll times, such as 3xp99 (with --tracker exact).",
        HelpName = "MS|NxpP",
        DefaultValueFactory = _ => CommandLine.Threshold.FromMilliseconds(DefaultThresholdMs),
        CustomParser = ParseThreshold,
    };

    public Option<double?> Window { get; } = new("--window", "-w")
    {
        Description = "Show only the last SECONDS (rolling); 5m and 1h are understood too.",
        HelpName = "SECONDS",
        CustomParser = Numbers.Seconds("--window"),
    };

    public Option<string?> Workers { get; } = new("--workers")
    {
        Description = "Treat threads whose name starts with PREFIX as the workers, instead of finding them by what they do.",
        HelpName = "PREFIX",
    };

    public Option<double?> Duration { get; } = new("--duration", "-d")
    {
        Description = "End after SECONDS; 5m and 1h are understood too.",
        HelpName = "SECONDS",
        CustomParser = Numbers.Seconds("--duration"),
    };

    public Option<bool> Headless { get; } = new("--headless")
    {
        Description = "No live view: print the report at the end.",
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the report as JSON on standard output, nothing else there. Implies --headless.",
    };

    public Option<string[]> Export { get; } = new("--export", "-o")
    {
        Description = "Write the report to FILE at the end; the format follows the name, - is standard output. Repeatable.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    public Option<string?> Format { get; } = new("--format")
    {
        Description = "Format of every --export, whatever its name.",
        HelpName = "NAME",
    };

    public Option<string> Tracker { get; } = new("--tracker")
    {
        Description = "How polls are followed: auto, sampled, exact or scheduler.",
        DefaultValueFactory = _ => "auto",
    };

    public Option<string?> Symbols { get; } = new("--symbols", "--target")
    {
        Description = "Binary or separate debug file to read symbols from.",
        HelpName = "PATH",
    };

    public Option<double> MaxOverhead { get; } = new("--max-overhead")
    {
        Description = "Percent of the target's CPU that --tracker auto may spend on timing every poll.",
        HelpName = "PERCENT",
        DefaultValueFactory = _ => 1,
        CustomParser = Numbers.Plain<double>("--max-overhead takes a percentage above 0 and up to 100", p => p is > 0 and <= 100),
    };

    public Option<string> ScheduleDelay { get; } = new("--schedule-delay")
    {
        Description = "Whether the exact tracker probes wakes too, and tells how long tasks waited for their poll: on, off, or auto, which is on with --tracker exact where those probes are cheap.",
        DefaultValueFactory = _ => "auto",
    };

    public SessionOptions()
    {
        ScheduleDelay.AcceptOnlyFromAmong("auto", "on", "off");
        Tracker.AcceptOnlyFromAmong("auto", "sampled", "exact", "scheduler");
    }

    public void AddTo(Command command)
    {
        command.Arguments.Add(Name);
        foreach (var option in (Option[])[Pid, Threshold, Window, Workers, Duration, Headless, Json, Export, Format, Tracker, Symbols, MaxOverhead, ScheduleDelay])
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(Name) is { Tokens.Count: > 0 } && result.GetResult(Pid) is { Tokens.Count: > 0 })
                result.AddError("Give a process name or --pid, not both.");
        });
    }

    private static Threshold ParseThreshold(ArgumentResult result)
    {
        var text = result.Tokens is [var token] ? token.Value : "";
        if (CommandLine.Threshold.TryParse(text, out var threshold)) return threshold;
        result.AddError($"--threshold takes milliseconds above 0, such as 5 or 0.5, or a multiple of a percentile, such as 3xp99, not '{text}'.");
        return default;
    }
}
