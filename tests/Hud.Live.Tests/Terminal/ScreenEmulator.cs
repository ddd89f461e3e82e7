using System.Globalization;
using System.Text;

namespace Hud.Live.Tests.Terminal;

/// <summary>
/// The terminal's side of what a frame writer may send: moves, SGR, clear, DEC modes and text. Anything else throws, so a
/// test that draws hostile text proves that no other sequence gets out.
/// </summary>
internal sealed class ScreenEmulator(int width, int height)
{
    private readonly string[] _cells = Enumerable.Repeat(" ", width * height).ToArray();
    private int _x;
    private int _y;

    /// <summary>Codes of every SGR sequence seen.</summary>
    public List<string> Sgr { get; } = [];

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] == '\e')
            {
                Assert.Equal('[', text[i + 1]);
                var end = i + 2;
                while (text[end] is < '@' or > '~') end++;
                Sequence(text[(i + 2)..end], text[end]);
                i = end + 1;
                continue;
            }
            var rune = Rune.GetRuneAt(text, i);
            Assert.False(Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format, $"control character U+{rune.Value:X4}");
            Put(rune);
            i += rune.Utf16SequenceLength;
        }
    }

    private void Sequence(string parameters, char final)
    {
        switch (final)
        {
            case 'H':
                var at = parameters.Split(';');
                (_y, _x) = (int.Parse(at[0], CultureInfo.InvariantCulture) - 1, int.Parse(at[1], CultureInfo.InvariantCulture) - 1);
                break;
            case 'J':
                Assert.Equal("2", parameters);
                Array.Fill(_cells, " ");
                break;
            case 'm':
                Sgr.Add(parameters);
                break;
            case 'h' or 'l':
                Assert.Equal("?2026", parameters);
                break;
            default:
                Assert.Fail($"unexpected sequence ESC [ {parameters} {final}");
                break;
        }
    }

    private void Put(Rune rune)
    {
        var cells = rune.Value < 0x300 ? 1 : Wcwidth.UnicodeCalculator.GetWidth(rune.Value);
        if (cells <= 0)
        {
            _cells[_y * width + _x - 1] += rune.ToString();
            return;
        }
        Assert.True(_x + cells <= width, "text ran over the edge");
        _cells[_y * width + _x] = rune.ToString();
        if (cells == 2) _cells[_y * width + _x + 1] = "";
        _x += cells;
    }

    public string ToText()
    {
        var text = new StringBuilder();
        for (var y = 0; y < height; y++)
            text.Append(string.Concat(_cells.AsSpan(y * width, width).ToArray()).TrimEnd(' ')).Append('\n');
        return text.ToString();
    }
}
