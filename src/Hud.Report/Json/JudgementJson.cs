using System.Text.Json;
using Hud.Reporting.Formats;

namespace Hud.Reporting;

/// <summary>What commands that judge reports write as JSON: a verdict, notes, and the places that it is about.</summary>
internal static class JudgementJson
{
    /// <param name="stream">Stays open.</param>
    /// <param name="schema">Name and version, such as "hud.check/1".</param>
    /// <param name="verdict">A sentence.</param>
    /// <param name="notes">Sentences.</param>
    /// <param name="writeHead">Members of the object beside those.</param>
    /// <param name="places">Each becomes one object.</param>
    /// <param name="writePlace">Its members.</param>
    public static void Write<T>(Stream stream, string schema, string verdict, IEnumerable<string> notes, Action<Utf8JsonWriter> writeHead, IEnumerable<T> places, Action<Utf8JsonWriter, T> writePlace)
    {
        using var json = new Utf8JsonWriter(stream, ReportJson.WriterOptions);
        json.WriteStartObject();
        json.WriteString("schema", schema);
        json.WriteString("verdict", verdict);
        writeHead(json);
        json.WriteStartArray("notes");
        foreach (var note in notes)
            json.WriteStringValue(note);
        json.WriteEndArray();
        json.WriteStartArray("places");
        foreach (var place in places)
        {
            json.WriteStartObject();
            writePlace(json, place);
            json.WriteEndObject();
            json.FlushIfLarge();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
    }
}
