using System.Text.Json;

namespace Hud.Reporting.Formats;

/// <summary>The string array that all threads of a Firefox profile share.</summary>
internal sealed class FirefoxStrings
{
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);

    public int Index(string raw)
    {
        var text = NameText.Clean(raw) is { Length: > 0 } clean ? clean : "?";
        if (!_indexes.TryGetValue(text, out var index))
            _indexes.Add(text, index = _indexes.Count);
        return index;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("stringArray");
        foreach (var text in _indexes.OrderBy(i => i.Value).Select(i => i.Key))
        {
            json.WriteStringValue(text);
            json.FlushIfLarge();
        }

        json.WriteEndArray();
    }
}
