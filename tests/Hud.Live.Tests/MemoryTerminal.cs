using System.Text;
using Hud.Live.Terminal;

namespace Hud.Live.Tests;

/// <summary>A terminal in memory: a script of input, and everything that was written.</summary>
internal sealed class MemoryTerminal(int width, int height, params IEnumerable<string> script) : ITerminal
{
    private readonly Queue<string> _script = new(script);

    public MemoryStream Written { get; } = new();
    public List<int> Timeouts { get; } = [];
    public int Suspensions { get; private set; }
    public int Wakes { get; private set; }
    public bool Repaint { get; set; }

    /// <summary>Runs before each wait: the place to push data or to change the size.</summary>
    public Action<MemoryTerminal>? OnWait { get; set; }
    public (int Width, int Height) Size { get; set; } = (width, height);

    public string Text => Encoding.UTF8.GetString(Written.ToArray());

    public void Write(ReadOnlySpan<byte> bytes) => Written.Write(bytes);

    public int Wait(Span<byte> buffer, int timeoutMilliseconds)
    {
        Timeouts.Add(timeoutMilliseconds);
        OnWait?.Invoke(this);
        // An empty script hangs up: every test ends.
        return _script.TryDequeue(out var next) ? Encoding.UTF8.GetBytes(next, buffer) : -1;
    }

    public void Wake() => Wakes++;

    public bool TakeRepaint()
    {
        var repaint = Repaint;
        Repaint = false;
        return repaint;
    }

    public void Suspend() => Suspensions++;
}
