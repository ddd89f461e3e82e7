using System.CommandLine;

namespace Hud.Commands;

/// <summary>The arguments and options of the commands that read a saved report, declared once.</summary>
internal static class SavedReportArguments
{
    public static Argument<string> File(string name = "FILE") => new(name) { Description = "A saved report (.hud.json)." };

    public static Option<string[]> Export() => new("--export", "-o")
    {
        Description = "Write it to FILE in the format that the name tells, - is standard output. Repeatable.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    public static Option<string?> Format() => new("--format")
    {
        Description = "Format of the output, whatever its name.",
        HelpName = "NAME",
    };
}
