using System.CommandLine;

namespace Hud.Commands;

/// <summary><c>hud completions bash|zsh|fish</c>: scripts that ask hud itself, so they never go stale.</summary>
internal static class CompletionsCommand
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # hud completions: source <(hud completions bash)
            _hud() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(hud "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
                [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -F _hud hud
            """,
        ["zsh"] = """
            #compdef hud
            # hud completions: source <(hud completions zsh)
            _hud() {
                local -a words
                words=(${(f)"$(hud "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)"})
                if (( ${#words} )); then compadd -- $words; else _files; fi
            }
            (( $+functions[compdef] )) && compdef _hud hud
            """,
        ["fish"] = """
            # hud completions: hud completions fish | source
            complete -c hud -a '(hud "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completions", "Print a completion script for a shell.") { shell };
        command.SetAction(parse =>
        {
            parse.InvocationConfiguration.Output.WriteLine(Scripts[parse.GetRequiredValue(shell)]);
            return 0;
        });
        return command;
    }
}
