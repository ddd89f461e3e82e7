using System.Text;
using Hud.Live.Terminal;

namespace Hud.Bench.Live;

/// <summary>A terminal that presses a few keys, then lets a number of frames pass, and counts what is written to it.</summary>
internal sealed class CountingTerminal(int width, int height, string keys, int warmUp, int frames, ReplayedSession session) : ITerminal
{
    private int _waits;

    public (int Width, int Height) Size => (width, height);

    /// <summary>Bytes written by the measured frames.</summary>
    public long Written { get; private set; }

    /// <summary>Called before the first and after the last of the measured frames.</summary>
    public Action<bool>? Measured { get; init; }

    public void Write(ReadOnlySpan<byte> bytes) => Written += bytes.Length;

    public int Wait(Span<byte> buffer, int timeoutMilliseconds)
    {
        var wait = _waits++;
        if (wait < keys.Length) return Encoding.ASCII.GetBytes(keys.AsSpan(wait, 1), buffer);
        wait -= keys.Length;
        if (wait == warmUp)
        {
            Written = 0;
            Measured?.Invoke(true);
        }
        if (wait == warmUp + frames)
        {
            Measured?.Invoke(false);
            return -1;
        }
        session.Tick();
        return 0;
    }

    public void Wake() { }

    public bool TakeRepaint() => false;

    public void Suspend() { }
}
