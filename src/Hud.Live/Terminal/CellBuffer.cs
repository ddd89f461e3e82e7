using System.Text;

namespace Hud.Live.Terminal;

/// <summary>
/// One character cell. A wide character owns its cell and a <see cref="Continuation"/> to the right of it.
/// </summary>
/// <param name="CodePoint">Always visible text; <see cref="Continuation"/> for the second half of a wide character.</param>
/// <param name="Mark">A combining mark on top, or 0. More than one is dropped: cells stay a fixed size.</param>
internal readonly record struct Cell(int CodePoint, int Mark, Style Style)
{
    public const int Continuation = 0;

    public static Cell Blank(Style style) => new(' ', 0, style);
}

/// <summary>
/// A grid of cells. Everything written is clipped to it and neutralised (see <see cref="CharacterSafety"/>), so no caller
/// can bring a control character to the terminal.
/// </summary>
internal sealed class CellBuffer
{
    private Cell[] _cells = [];

    public int Width { get; private set; }
    public int Height { get; private set; }

    public CellBuffer(int width, int height) => Resize(width, height);

    public ref readonly Cell this[int x, int y] => ref _cells[y * Width + x];

    public ReadOnlySpan<Cell> Row(int y) => _cells.AsSpan(y * Width, Width);

    /// <summary>Changes the size and blanks everything.</summary>
    public void Resize(int width, int height)
    {
        Width = Math.Max(0, width);
        Height = Math.Max(0, height);
        if (_cells.Length != Width * Height) _cells = new Cell[Width * Height];
        Clear();
    }

    public void Clear() => Array.Fill(_cells, Cell.Blank(default));

    public void Fill(int x, int y, int width, int height, Style style)
    {
        for (var row = Math.Max(0, y); row < Math.Min(Height, y + height); row++)
        {
            for (var column = Math.Max(0, x); column < Math.Min(Width, x + width); column++)
                Set(column, row, ' ', 1, style);
        }
    }

    /// <summary>Gives the cells of a row another background and more attributes, and keeps their text.</summary>
    public void Restyle(int x, int y, int width, Style under)
    {
        if (y < 0 || y >= Height) return;
        for (var column = Math.Max(0, x); column < Math.Min(Width, x + width); column++)
        {
            ref var cell = ref _cells[y * Width + column];
            cell = cell with { Style = cell.Style.On(under) };
        }
    }

    /// <summary>Writes text from column <paramref name="x"/> on, in at most <paramref name="width"/> columns.</summary>
    /// <returns>The columns used. A wide character that does not fit any more is left out.</returns>
    public int Write(int x, int y, int width, ReadOnlySpan<char> text, Style style)
    {
        if (y < 0 || y >= Height) return 0;
        int column = x, end = Math.Min(Width, x + width), last = -1;
        foreach (var rune in text.EnumerateRunes())
        {
            var codePoint = CharacterSafety.Neutralize(rune.Value);
            var cells = CharacterSafety.Width(codePoint);
            if (cells == 0)
            {
                if (last >= 0) AddMark(last, y, codePoint);
                continue;
            }
            if (column + cells > end) break;
            if (column >= 0)
            {
                Set(column, y, codePoint, cells, style);
                last = column;
            }
            column += cells;
        }
        return column - x;
    }

    private void AddMark(int x, int y, int mark)
    {
        ref var cell = ref _cells[y * Width + x];
        if (cell.Mark == 0) cell = cell with { Mark = mark };
    }

    private void Set(int x, int y, int codePoint, int cells, Style style)
    {
        var row = y * Width;
        // Half a wide character must not stay behind on either side.
        if (_cells[row + x].CodePoint == Cell.Continuation && x > 0) _cells[row + x - 1] = Cell.Blank(_cells[row + x - 1].Style);
        var next = x + cells;
        if (next < Width && _cells[row + next].CodePoint == Cell.Continuation) _cells[row + next] = Cell.Blank(_cells[row + next].Style);
        _cells[row + x] = new Cell(codePoint, 0, style);
        if (cells == 2) _cells[row + x + 1] = new Cell(Cell.Continuation, 0, style);
    }

    /// <summary>Exchanges the contents of two buffers of any size.</summary>
    public static void Swap(CellBuffer one, CellBuffer other)
    {
        (one._cells, other._cells) = (other._cells, one._cells);
        (one.Width, other.Width) = (other.Width, one.Width);
        (one.Height, other.Height) = (other.Height, one.Height);
    }

    /// <summary>The text of the screen, one line a row, trailing blanks dropped: what a golden test compares.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        for (var y = 0; y < Height; y++)
        {
            var start = text.Length;
            foreach (ref readonly var cell in Row(y))
            {
                if (cell.CodePoint == Cell.Continuation) continue;
                text.Append(new Rune(cell.CodePoint).ToString());
                if (cell.Mark != 0) text.Append(new Rune(cell.Mark).ToString());
            }
            while (text.Length > start && text[^1] == ' ') text.Length--;
            text.Append('\n');
        }
        return text.ToString();
    }
}
