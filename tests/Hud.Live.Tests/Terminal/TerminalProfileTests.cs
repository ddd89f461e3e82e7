using Hud.Live.Terminal;

namespace Hud.Live.Tests.Terminal;

public sealed class TerminalProfileTests
{
    [Theory]
    [InlineData("TERM=xterm-256color LANG=en_US.UTF-8", ColorDepth.Palette256, false, null)]
    [InlineData("TERM=xterm-256color COLORTERM=truecolor LANG=C.UTF-8", ColorDepth.TrueColor, false, null)]
    [InlineData("TERM=xterm LANG=C.utf8", ColorDepth.Ansi16, false, null)]
    [InlineData("TERM=xterm-256color LANG=C", ColorDepth.Palette256, true, null)]
    [InlineData("TERM=xterm-256color LANG=en_US.UTF-8 LC_ALL=C", ColorDepth.Palette256, true, null)]
    [InlineData("TERM=xterm-256color LANG=en_US.UTF-8 NO_COLOR=1", ColorDepth.None, false, null)]
    [InlineData("TERM=linux LANG=en_US.UTF-8", ColorDepth.Ansi16, true, null)]
    [InlineData("TERM=vt100", ColorDepth.None, true, null)]
    [InlineData("", ColorDepth.None, true, null)]
    [InlineData("TERM=rxvt COLORFGBG=0;default;15 LANG=C.UTF-8", ColorDepth.Ansi16, false, true)]
    [InlineData("TERM=rxvt COLORFGBG=15;0 LANG=C.UTF-8", ColorDepth.Ansi16, false, false)]
    public void The_environment_decides(string environment, ColorDepth depth, bool ascii, bool? light)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        Assert.Equal(new TerminalProfile(depth, ascii, light), TerminalProfile.Detect(variables.GetValueOrDefault));
    }

    [Theory]
    [InlineData("tmux-256color", true)]
    [InlineData("screen", true)]
    [InlineData("xterm-256color", false)]
    public void A_terminal_in_a_terminal_is_told_by_its_name(string term, bool multiplexed) =>
        Assert.Equal(multiplexed, TerminalProfile.Detect(name => name == "TERM" ? term : null).Multiplexed);
}
