namespace Hud.Live.Terminal;

/// <summary>What a terminal does for the live view; the tests have one in memory.</summary>
internal interface ITerminal
{
    /// <summary>Columns and rows now.</summary>
    (int Width, int Height) Size { get; }

    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Waits for input, a <see cref="Wake"/> or the timeout (-1: for ever) and reads what is there.
    /// </summary>
    /// <returns>Bytes read; 0 on a timeout or wake-up, -1 when the terminal is gone.</returns>
    int Wait(Span<byte> buffer, int timeoutMilliseconds);

    /// <summary>Ends a <see cref="Wait"/> from another thread.</summary>
    void Wake();

    /// <summary>True once after the screen was lost (resize, back from the shell): draw everything again.</summary>
    bool TakeRepaint();

    /// <summary>Hands the terminal back and stops the process group until it is continued, as Ctrl-Z does for other programs.</summary>
    void Suspend();
}
