using System.Text.Json;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>Stack, frame and function tables of one thread; parents come before their children.</summary>
internal sealed class FirefoxStacks(FirefoxStrings strings)
{
    private readonly Dictionary<(string, string?), int> _functionIndexes = [];
    private readonly List<(int Name, int? File)> _functions = [];
    private readonly Dictionary<(int, int?, int, int), int> _frameIndexes = [];
    private readonly List<(int Function, int? Line, int Depth, int Category)> _frames = [];
    private readonly Dictionary<(int, int), int> _stackIndexes = [];
    private readonly List<(int Frame, int Prefix, int Category)> _stacks = [];

    /// <summary>Index of the stack whose innermost frame is the first of <paramref name="frames"/>.</summary>
    public int Add(IReadOnlyList<Frame> frames, int category)
    {
        var prefix = -1;
        for (var i = frames.Count - 1; i >= 0; i--)
        {
            // Inlined frames share the address of the function that they ended up in.
            var depth = 0;
            while (i + depth + 1 < frames.Count && frames[i + depth].Inlined)
                depth++;
            var frame = FrameOf(frames[i], depth, category);
            if (!_stackIndexes.TryGetValue((frame, prefix), out var stack))
            {
                _stackIndexes.Add((frame, prefix), stack = _stacks.Count);
                _stacks.Add((frame, prefix, category));
            }

            prefix = stack;
        }

        return prefix;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("stackTable");
        json.WriteColumn("frame", _stacks, s => s.Frame);
        json.WriteColumn("prefix", _stacks, s => s.Prefix < 0 ? null : s.Prefix);
        json.WriteColumn("category", _stacks, s => s.Category);
        json.WriteColumn("subcategory", _stacks, _ => 0);
        json.WriteNumber("length", _stacks.Count);
        json.WriteEndObject();
        json.WriteStartObject("frameTable");
        json.WriteColumn("address", _frames, _ => -1);
        json.WriteColumn("inlineDepth", _frames, f => f.Depth);
        json.WriteColumn("category", _frames, f => f.Category);
        json.WriteColumn("subcategory", _frames, _ => 0);
        json.WriteColumn("func", _frames, f => f.Function);
        json.WriteColumn("nativeSymbol", _frames, _ => null);
        json.WriteColumn("innerWindowID", _frames, _ => null);
        json.WriteColumn("line", _frames, f => f.Line);
        json.WriteColumn("column", _frames, _ => null);
        json.WriteNumber("length", _frames.Count);
        json.WriteEndObject();
        json.WriteStartObject("funcTable");
        json.WriteColumn("name", _functions, f => f.Name);
        foreach (var flag in (ReadOnlySpan<string>)["isJS", "relevantForJS"])
        {
            json.WriteStartArray(flag);
            for (var i = 0; i < _functions.Count; i++)
                json.WriteBooleanValue(false);
            json.WriteEndArray();
        }

        json.WriteColumn("resource", _functions, _ => -1);
        json.WriteColumn("fileName", _functions, f => f.File);
        json.WriteColumn("lineNumber", _functions, _ => null);
        json.WriteColumn("columnNumber", _functions, _ => null);
        json.WriteNumber("length", _functions.Count);
        json.WriteEndObject();
        foreach (var (table, columns) in (ReadOnlySpan<(string, string[])>)[("resourceTable", ["lib", "name", "host", "type"]), ("nativeSymbols", ["libIndex", "address", "name", "functionSize"])])
        {
            json.WriteStartObject(table);
            foreach (var column in columns)
            {
                json.WriteStartArray(column);
                json.WriteEndArray();
            }

            json.WriteNumber("length", 0);
            json.WriteEndObject();
        }
    }

    private int FrameOf(Frame frame, int depth, int category)
    {
        var file = frame.File ?? frame.Module;
        if (!_functionIndexes.TryGetValue((frame.Function, file), out var function))
        {
            _functionIndexes.Add((frame.Function, file), function = _functions.Count);
            _functions.Add((strings.Index(frame.Function), file is null ? null : strings.Index(file)));
        }

        int? line = frame is { File: not null, Line: > 0 } ? frame.Line : null;
        if (!_frameIndexes.TryGetValue((function, line, depth, category), out var index))
        {
            _frameIndexes.Add((function, line, depth, category), index = _frames.Count);
            _frames.Add((function, line, depth, category));
        }

        return index;
    }
}

internal static class FirefoxColumns
{
    public static void WriteColumn<T>(this Utf8JsonWriter json, string name, IReadOnlyList<T> rows, Func<T, int?> value)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < rows.Count; i++)
        {
            if (value(rows[i]) is { } number)
                json.WriteNumberValue(number);
            else
                json.WriteNullValue();
            json.FlushIfLarge();
        }

        json.WriteEndArray();
    }
}
