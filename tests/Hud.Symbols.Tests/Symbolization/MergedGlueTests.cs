using Hud.Symbols.Symbolization;
using Hud.Symbols.Tests.Elf;

namespace Hud.Symbols.Tests.Symbolization;

public sealed class MergedGlueTests
{
    [Theory]
    [InlineData("app..loser", "app..aborted", "core::ptr::drop_in_place<_>")]
    [InlineData("app..Slow", "core..option..Option$LT$app..Slow$GT$", "core::ptr::drop_in_place<app::Slow>")]
    public void Two_names_at_one_address_tell_the_type_only_where_they_agree(string type, string twin, string shown)
    {
        Assert.SkipUnless(Tool.Exists("gcc"), "gcc is not installed");
        string folder = Directory.CreateTempSubdirectory("hud-glue").FullName;
        try
        {
            string[] symbols = [Mangled(type), Mangled(twin)];
            File.WriteAllText(Path.Combine(folder, "glue.s"), $"""
                .text
                .globl _start
                .type _start, @function
                _start: nop
                .size _start, 1
                {string.Join('\n', symbols.Select(s => $".globl \"{s}\"\n.type \"{s}\", @function\n\"{s}\":"))}
                ret
                {string.Join('\n', symbols.Select(s => $".size \"{s}\", 1"))}

                """);
            Tool.Lines("env", ["-C", folder, "gcc", "-nostdlib", "-static", "glue.s", "-o", "glue"]);
            var image = Fixture.Image(Path.Combine(folder, "glue"));
            ulong entry = 0;
            foreach (var symbol in image.Symbols)
            {
                if (symbol.NameText == symbols[0]) entry = symbol.Value;
            }
            var frames = new List<SourceFrame>();
            new Symbolizer(image, SymbolLimits.Default).Lookup(entry, frames, out _);
            Assert.Equal(shown, Assert.Single(frames).Function);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static string Mangled(string type)
    {
        string glue = $"drop_in_place$LT${type}$GT$";
        return $"_ZN4core3ptr{glue.Length}{glue}17h0123456789abcdefE";
    }
}
