using Hud.Live.Model;
using Hud.Live.State;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Input;

/// <summary>What a key asks of the outside world; everything else only changes the view's state.</summary>
internal enum Request
{
    None, Quit, Interrupt, Suspend, TogglePause, RaiseThreshold, LowerThreshold, NextWindow, Reset, Export, Copy, Redraw,
}

/// <summary>Keys and clicks → changes of the view's state, and at most one request.</summary>
internal static class Controller
{
    public static Request Handle(InputEvent input, ViewState view, LiveFrame frame, Canvas shown)
    {
        if (input == InputEvent.Control('c')) return Request.Interrupt;
        if (input == InputEvent.Control('z')) return Request.Suspend;
        if (input == InputEvent.Control('l')) return Request.Redraw;
        view.Message = null;
        if (input.Key == Key.Pasted)
        {
            if (view.EditsFilter) FilterEditor.Add(input.CodePoint, view);
            return Request.None;
        }
        if (view.EditsFilter && !IsMouse(input)) return FilterEditor.Handle(input, view);
        if (view.ShowsHelp)
        {
            if (input.Key is not (Key.MouseWheelUp or Key.MouseWheelDown)) view.ShowsHelp = false;
            return input.IsCharacter('q') ? Request.Quit : Request.None;
        }
        if (input.Key == Key.MousePress) return Mouse.Press(input, view, frame, shown);
        if (input.Key == Key.Character && input.Modifiers == KeyModifiers.None && Ask((char)Math.Min(input.CodePoint, char.MaxValue), view, frame, out var request)) return request;
        if (Switch(input, view, frame)) return Request.None;
        if (view.DetailId is not null) DetailKeys.Handle(input, view, frame, shown);
        else ListKeys.Handle(input, view, frame, shown);
        return Request.None;
    }

    private static bool IsMouse(InputEvent input) => input.Key is Key.MousePress or Key.MouseWheelUp or Key.MouseWheelDown;

    /// <summary>Keys that mean the same everywhere.</summary>
    private static bool Ask(char character, ViewState view, LiveFrame frame, out Request request)
    {
        request = character switch
        {
            'q' or 'Q' => Request.Quit,
            ' ' => Request.TogglePause,
            '+' or '=' => Request.RaiseThreshold,
            '-' or '_' => Request.LowerThreshold,
            'w' => Request.NextWindow,
            'r' => Request.Reset,
            'e' => Request.Export,
            'y' => Request.Copy,
            _ => Request.None,
        };
        if (request != Request.None) return true;
        switch (character)
        {
            case '?':
                view.ShowsHelp = true;
                return true;
            case '/':
                // The lists are what a filter filters.
                if (view.DetailId is not null) view.DetailId = null;
                if (view.Screen is not (ScreenKind.Blockers or ScreenKind.Events)) view.Screen = ScreenKind.Blockers;
                view.EditsFilter = true;
                return true;
            case 'm':
                Mute(view, frame);
                return true;
            case 'M':
                view.Blockers.ToggleHideMuted();
                return true;
            default:
                return false;
        }
    }

    private static void Mute(ViewState view, LiveFrame frame)
    {
        if (view.Shown(frame) is not { } blocker)
        {
            (view.Message, view.MessageIsError) = ("no blocker is selected here", true);
            return;
        }
        (view.Message, view.MessageIsError) = (view.Blockers.ToggleMute(blocker), false);
        view.Blockers.Settle(frame, view.Filter);
    }

    private static bool Switch(InputEvent input, ViewState view, LiveFrame frame)
    {
        if (input.Key == Key.Character && input.Modifiers == KeyModifiers.None && input.CodePoint is >= '1' and <= '5')
        {
            if (input.CodePoint - '1' >= Screens.LiveScreen.TabCount(frame))
            {
                (view.Message, view.MessageIsError) = (frame.Report is { } report ? Screens.FuturesScreen.Absent(report) : "nothing was seen yet", true);
                return true;
            }
            (view.Screen, view.DetailId, view.Scroll) = ((ScreenKind)(input.CodePoint - '1'), null, null);
            return true;
        }
        if (view.DetailId is not null || input.Key is not (Key.Tab or Key.BackTab)) return false;
        var count = Screens.LiveScreen.TabCount(frame);
        view.Screen = (ScreenKind)(((int)view.Screen + (input.Key == Key.Tab ? 1 : count - 1)) % count);
        view.Scroll = null;
        return true;
    }
}
