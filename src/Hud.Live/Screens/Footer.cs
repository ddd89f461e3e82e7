using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>The last row: the filter while it is typed, a message, or the keys that matter here. A long message takes more.</summary>
internal static class Footer
{
    private static readonly (string Key, string Word)[] Blockers =
        [("Enter", "open"), ("/", "filter"), ("s", "sort"), ("m", "mute"), ("Space", "pause"), ("w", "window"), ("e", "export"), ("?", "help"), ("q", "quit")];

    private static readonly (string Key, string Word)[] Saved =
        [("Enter", "open"), ("/", "filter"), ("s", "sort"), ("m", "mute"), ("e", "export"), ("y", "copy"), ("?", "help"), ("q", "quit")];

    private static readonly (string Key, string Word)[] Detail =
        [("Esc", "back"), ("Tab", "pane"), ("Left/Right", "stack"), ("y", "copy"), ("m", "mute"), ("?", "help"), ("q", "quit")];

    private static readonly (string Key, string Word)[] Flame =
        [("Esc", "back"), ("Tab", "pane"), ("arrows", "select"), ("Enter", "zoom"), ("y", "copy"), ("?", "help"), ("q", "quit")];

    private static readonly (string Key, string Word)[] Workers =
        [("Up/Down", "worker"), ("Left/Right", "look at a moment"), ("Space", "pause"), ("w", "window"), ("?", "help"), ("q", "quit")];

    private static readonly (string Key, string Word)[] SavedWorkers =
        [("Up/Down", "worker"), ("Left/Right", "look at a moment"), ("1-4", "screen"), ("?", "help"), ("q", "quit")];

    private static readonly (string Key, string Word)[] Events =
        [("Enter", "open"), ("/", "filter"), ("Space", "pause"), ("+/-", "threshold"), ("w", "window"), ("y", "copy"), ("?", "help"), ("q", "quit")];

    private static readonly (string Key, string Word)[] SavedEvents =
        [("Enter", "open"), ("/", "filter"), ("e", "export"), ("y", "copy"), ("?", "help"), ("q", "quit")];

    private static readonly (string Key, string Word)[] SavedOther =
        [("1-4", "screen"), ("/", "filter"), ("e", "export"), ("y", "copy"), ("?", "help"), ("q", "quit")];

    private static readonly (string Key, string Word)[] Other =
        [("1-4", "screen"), ("/", "filter"), ("Space", "pause"), ("+/-", "threshold"), ("w", "window"), ("r", "reset"), ("?", "help"), ("q", "quit")];

    private const int MostMessageRows = 4;

    public static void Draw(Canvas canvas, LiveFrame frame, ViewState view)
    {
        var theme = canvas.Theme;
        var y = canvas.Height - 1;
        // On a small screen the body may have reached down to here.
        canvas.Cells.Fill(0, y, canvas.Width, 1, theme.Text);
        if (view.EditsFilter)
        {
            var x = 1 + canvas.Text(1, y, 40, theme.Accent, "filter: ");
            x += canvas.TextTail(x, y, canvas.Width - x - 2, theme.Text, view.Filter.Text);
            canvas.Cells.Fill(x, y, 1, 1, new Style(Attributes: TextAttributes.Reverse));
            canvas.Text(x + 2, y, canvas.Width - x - 3, theme.Dim, "words, worker:2 cause:lock crate:sqlx; Enter keeps, Esc clears");
            return;
        }
        if (view.Message is { } message)
        {
            // A sentence that ends in a path or in what to do is not cut: it takes rows of the body until the next key.
            var rows = Math.Min(Canvas.WrappedLines(message, canvas.Width - 2), MostMessageRows);
            canvas.Cells.Fill(0, y - rows + 1, canvas.Width, rows, theme.Text);
            canvas.Wrap(1, y - rows + 1, canvas.Width - 2, rows, view.MessageIsError ? theme.Bad : theme.Accent, message);
            return;
        }
        var keys = Keys(frame, view);
        // Help and quit are always there; of the others, as many as fit.
        var room = canvas.Width - 1 - Columns(keys[^1]) - Columns(keys[^2]);
        var left = 1;
        for (var i = 0; i < keys.Length; i++)
        {
            if (i < keys.Length - 2 && (room -= Columns(keys[i])) < 0) continue;
            var (key, word) = keys[i];
            left += canvas.Text(left, y, canvas.Width - left, theme.Heading, key) + 1;
            left += canvas.Text(left, y, canvas.Width - left, theme.Dim, word) + 2;
        }
    }

    private static int Columns((string Key, string Word) key) => key.Key.Length + key.Word.Length + 3;

    private static (string Key, string Word)[] Keys(LiveFrame frame, ViewState view)
    {
        if (view.DetailId is not null) return view.Pane == DetailPane.Flame ? Flame : Detail;
        return view.Screen switch
        {
            ScreenKind.Blockers => frame.IsLive ? Blockers : Saved,
            ScreenKind.Workers => frame.IsLive ? Workers : SavedWorkers,
            ScreenKind.Events => frame.IsLive ? Events : SavedEvents,
            _ => frame.IsLive ? Other : SavedOther,
        };
    }
}
