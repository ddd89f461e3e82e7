using System.CommandLine;
using Hud.CommandLine;

namespace Hud.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("my-app")]
    [InlineData("--pid", "1234")]
    [InlineData("my-app", "--threshold", "10")]
    [InlineData("my-app", "--window", "30")]
    [InlineData("my-app", "--duration", "1.5m", "--window", "500ms")]
    [InlineData("my-app", "--workers", "my-pool")]
    [InlineData("my-app", "--headless", "--export", "trace.json", "--duration", "60")]
    [InlineData("my-app", "--target", "./my-app.debug")]
    [InlineData("my-app", "--export", "a.json", "--export", "b.html", "--json")]
    [InlineData("attach", "ps")]
    [InlineData("report", "a.hud.json", "--export", "flame.svg")]
    [InlineData("view", "a.hud.json")]
    [InlineData("ps")]
    [InlineData("doctor")]
    [InlineData("doctor", "my-app")]
    [InlineData("dump", "my-app")]
    [InlineData("dump", "--pid", "12", "--all")]
    [InlineData("diff", "a.hud.json", "b.hud.json", "--fail-on-regression")]
    [InlineData("check", "my-app", "--max-block", "20", "--duration", "30")]
    [InlineData("check", "a.hud.json", "--max-total-percent", "1", "--baseline", "b.hud.json", "--allow", "list", "--fail-on", "new")]
    [InlineData("completions", "zsh")]
    public void Accepts_what_the_contract_promises(params string[] args) =>
        Assert.Empty(HudCommandLine.Build().Parse(args).Errors);

    [Theory]
    [InlineData("my-app", "--threshold", "fast")]
    [InlineData("my-app", "--threshold", "-5")]
    [InlineData("my-app", "--duration", "0")]
    [InlineData("my-app", "--window", "-1")]
    [InlineData("my-app", "--pid", "12")]
    [InlineData("my-app", "--duration", "long")]
    [InlineData("my-app", "--window", "3 s")]
    [InlineData("my-app", "--max-overhead", "much")]
    [InlineData("agent", "--max-processes", "many")]
    [InlineData("check", "a.hud.json", "--max-block", "20 ms")]
    [InlineData("--pid", "0")]
    [InlineData("--pid", "abc")]
    [InlineData("my-app", "--tracker", "magic")]
    [InlineData("my-app", "--max-overhead", "0")]
    [InlineData("my-app", "--no-such-option")]
    [InlineData("one", "two")]
    [InlineData("completions", "tcsh")]
    [InlineData("check", "a.hud.json", "--fail-on", "sometimes")]
    [InlineData("check", "a.hud.json", "--max-total-percent", "101")]
    [InlineData("diff", "only-one.hud.json")]
    [InlineData("report")]
    public void Refuses_wrong_usage(params string[] args) =>
        Assert.NotEmpty(HudCommandLine.Build().Parse(args).Errors);

    /// <summary>An option that converts its text in a validator would end the program with an exception.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1e999")]
    [InlineData("NaN")]
    [InlineData("99999999999999999999")]
    [InlineData("1,5")]
    [InlineData("s")]
    [InlineData("\u0663")]
    public void No_text_for_an_option_ends_in_an_exception(string text)
    {
        var root = HudCommandLine.Build();
        foreach (var command in root.Subcommands.Prepend<Command>(root))
        {
            foreach (var option in command.Options)
            {
                string[] before = ReferenceEquals(command, root) ? [] : [command.Name];
                _ = root.Parse([.. before, option.Name, text]).Errors;
                _ = root.Parse([.. before, option.Name]).Errors;
            }
        }
    }
}
