using System.Text;
using Hud.Live.State;
using Hud.Live.Terminal;

namespace Hud.Live.Input;

/// <summary>Typing of the filter; the lists follow with every key.</summary>
internal static class FilterEditor
{
    private const int Longest = 200;

    public static Request Handle(InputEvent input, ViewState view)
    {
        var text = view.Filter.Text;
        switch (input.Key)
        {
            case Key.Enter:
                view.EditsFilter = false;
                break;
            case Key.Escape:
                (view.EditsFilter, view.Filter) = (false, Filter.None);
                break;
            case Key.Backspace when text.Length > 0:
                Rune.DecodeLastFromUtf16(text, out _, out var used);
                view.Filter = new Filter(text[..^used]);
                break;
            case Key.Character when input.Modifiers == KeyModifiers.Control && input.CodePoint == 'u':
                view.Filter = Filter.None;
                break;
            case Key.Character when input.Modifiers == KeyModifiers.None:
                Add(input.CodePoint, view);
                break;
            case Key.Up or Key.Down:
                if (view.Screen == ScreenKind.Blockers) view.Blockers.Move(input.Key == Key.Up ? -1 : 1);
                else view.Events.Move(input.Key == Key.Up ? -1 : 1);
                break;
        }
        return Request.None;
    }

    /// <summary>One more character, typed or pasted.</summary>
    public static void Add(int codePoint, ViewState view)
    {
        if (view.Filter.Text.Length < Longest) view.Filter = new Filter(view.Filter.Text + new Rune(codePoint));
    }
}
