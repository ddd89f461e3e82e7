namespace Hud.Live.Terminal;

/// <summary>
/// Turns two buffers into the bytes that change one into the other on a terminal: cursor moves, styles and text of the cells
/// that differ, as one synchronized update (DEC mode 2026; terminals without it ignore the marks).
/// </summary>
internal sealed class FrameWriter(ColorDepth depth, bool ascii)
{
    private readonly ByteBuffer _output = new();
    private readonly CellBuffer _shown = new(0, 0);
    private bool _repaint = true;
    private int _x;
    private int _y;
    private Style _style;
    private bool _styleKnown;

    /// <summary>Forgets what the terminal shows: the next frame is drawn whole.</summary>
    public void Invalidate() => _repaint = true;

    /// <summary>The bytes to write for <paramref name="frame"/>; empty if nothing changed. Valid until the next call.</summary>
    /// <remarks>The buffer is exchanged for the one shown before: the caller draws the next frame into it from scratch.</remarks>
    public ReadOnlySpan<byte> Write(CellBuffer frame)
    {
        _output.Clear();
        var whole = _repaint || frame.Width != _shown.Width || frame.Height != _shown.Height;
        _output.Append("\e[?2026h"u8);
        var opening = _output.Written.Length;
        _styleKnown = false;
        _x = _y = -1;
        if (whole) _output.Append("\e[0m\e[2J"u8);
        for (var y = 0; y < frame.Height; y++)
        {
            var row = frame.Row(y);
            var before = whole ? default : _shown.Row(y);
            if (!whole && row.SequenceEqual(before)) continue;
            for (var x = 0; x < row.Length; x++)
            {
                if (row[x].CodePoint == Cell.Continuation) continue;
                if (whole ? row[x] != Cell.Blank(default) : Differs(row, before, x)) WriteCell(row, x, y);
            }
        }
        _repaint = false;
        CellBuffer.Swap(frame, _shown);
        if (_output.Written.Length == opening) return [];
        _output.Append("\e[0m\e[?2026l"u8);
        return _output.Written;
    }

    private static bool Differs(ReadOnlySpan<Cell> row, ReadOnlySpan<Cell> before, int x) =>
        row[x] != before[x] || x + 1 < row.Length && row[x + 1].CodePoint == Cell.Continuation && row[x + 1] != before[x + 1];

    private void WriteCell(ReadOnlySpan<Cell> row, int x, int y)
    {
        ref readonly var cell = ref row[x];
        MoveTo(x, y);
        if (!_styleKnown || _style != cell.Style)
        {
            SgrWriter.Write(_output, cell.Style, depth);
            _style = cell.Style;
            _styleKnown = true;
        }
        var wide = x + 1 < row.Length && row[x + 1].CodePoint == Cell.Continuation;
        if (ascii && cell.CodePoint >= 0x7F)
        {
            _output.Append([CharacterSafety.ToAscii(cell.CodePoint)]);
            if (wide) _output.Append("?"u8);
        }
        else
        {
            _output.AppendCodePoint(cell.CodePoint);
            if (cell.Mark != 0 && !ascii) _output.AppendCodePoint(cell.Mark);
        }
        _x = x + (wide ? 2 : 1);
        // Terminals disagree on the width of what is not ASCII; an absolute move puts a wrong guess right at once.
        if (cell.CodePoint >= 0x2E80 || cell.Mark != 0 || _x >= row.Length) _x = -1;
    }

    private void MoveTo(int x, int y)
    {
        if (_x == x && _y == y) return;
        _output.Append("\e["u8);
        _output.Append(y + 1);
        _output.Append(";"u8);
        _output.Append(x + 1);
        _output.Append("H"u8);
        (_x, _y) = (x, y);
    }
}
