using Hud.Live.Terminal;

namespace Hud.Live.Input;

/// <summary>Arrow, vi and page keys as a number of rows to move.</summary>
internal static class Motion
{
    public const int ToEnd = int.MaxValue / 2;

    /// <returns>0 for a key that does not move.</returns>
    public static int Rows(InputEvent input, int page) => input switch
    {
        { Key: Key.Up } => -1,
        { Key: Key.Down } => 1,
        { Key: Key.PageUp } => -page,
        { Key: Key.PageDown } => page,
        { Key: Key.Home } => -ToEnd,
        { Key: Key.End } => ToEnd,
        { Key: Key.MouseWheelUp } => -3,
        { Key: Key.MouseWheelDown } => 3,
        { Key: Key.Character, Modifiers: KeyModifiers.Control } => input.CodePoint switch
        {
            'u' => -Math.Max(1, page / 2),
            'd' => Math.Max(1, page / 2),
            'b' => -page,
            'f' => page,
            'n' => 1,
            'p' => -1,
            _ => 0,
        },
        { Key: Key.Character, Modifiers: KeyModifiers.None } => input.CodePoint switch
        {
            'k' => -1,
            'j' => 1,
            'g' => -ToEnd,
            'G' => ToEnd,
            _ => 0,
        },
        _ => 0,
    };

    /// <summary>-1, 0 or 1.</summary>
    public static int Columns(InputEvent input) => input switch
    {
        { Key: Key.Left } => -1,
        { Key: Key.Right } => 1,
        { Key: Key.Character, CodePoint: 'h', Modifiers: KeyModifiers.None } => -1,
        { Key: Key.Character, CodePoint: 'l', Modifiers: KeyModifiers.None } => 1,
        _ => 0,
    };

    /// <summary>Adds without running over.</summary>
    public static int Add(int row, int by) => (int)Math.Clamp((long)row + by, 0, ToEnd);
}
