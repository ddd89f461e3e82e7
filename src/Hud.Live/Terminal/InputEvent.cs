namespace Hud.Live.Terminal;

public enum Key
{
    None,

    /// <summary>A character, in <see cref="InputEvent.CodePoint"/>.</summary>
    Character,
    Enter, Escape, Tab, BackTab, Backspace, Delete, Insert,
    Up, Down, Left, Right, Home, End, PageUp, PageDown,
    Function,

    /// <summary>A character of a pasted text, in <see cref="InputEvent.CodePoint"/>: never a command.</summary>
    Pasted,

    /// <summary>A mouse button went down at (<see cref="InputEvent.X"/>, <see cref="InputEvent.Y"/>).</summary>
    MousePress, MouseWheelUp, MouseWheelDown,

    /// <summary>The terminal told its background; <see cref="InputEvent.CodePoint"/> is 0xRRGGBB.</summary>
    BackgroundColor,
}

[Flags]
public enum KeyModifiers : byte
{
    None = 0,
    Shift = 1,
    Alt = 2,
    Control = 4,
}

/// <summary>One key press, mouse event or reply of the terminal.</summary>
/// <param name="X">Column from 0, for mouse events.</param>
/// <param name="Y">Row from 0, for mouse events.</param>
public readonly record struct InputEvent(Key Key, int CodePoint = 0, KeyModifiers Modifiers = KeyModifiers.None, int X = 0, int Y = 0)
{
    public static InputEvent Of(char character) => new(Key.Character, character);

    public static InputEvent Control(char letter) => new(Key.Character, letter, KeyModifiers.Control);

    public bool IsCharacter(char character) => Key == Key.Character && CodePoint == character && Modifiers == KeyModifiers.None;
}
