using System.Globalization;
using System.Text.Json;
using Hud.Analysis.Model;

namespace Hud.Reporting;

/// <summary>
/// Finds the schema in the first bytes of a file, before the file is held against that schema: so that a newer or a
/// foreign file is called that instead of "member X is missing".
/// </summary>
internal readonly record struct SchemaSniffer(string? Name, bool LooksLikeAnotherFormat)
{
    private const string Prefix = "hud.report/";

    public static int Supported { get; } = int.Parse(Report.SchemaName.AsSpan(Prefix.Length), CultureInfo.InvariantCulture);

    public bool IsReport => Name?.StartsWith(Prefix, StringComparison.Ordinal) == true && Version > 0;

    public int Version => Name is not null && Name.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(Name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;

    public static SchemaSniffer Find(ReadOnlySpan<byte> head)
    {
        var json = new Utf8JsonReader(head, isFinalBlock: false, default);
        var complete = true;
        try
        {
            if (!json.Read())
                return new(null, false);
            if (json.TokenType != JsonTokenType.StartObject)
                return new(null, true);
            while ((complete = json.Read()) && json.TokenType == JsonTokenType.PropertyName)
            {
                var isSchema = json.ValueTextEquals("schema"u8);
                if (!(complete = json.Read()))
                    break;
                if (isSchema)
                    return json.TokenType == JsonTokenType.String ? new(json.GetString(), false) : new(null, true);
                if (!(complete = json.TrySkip()))
                    break;
            }

            return new(null, complete && json.TokenType == JsonTokenType.EndObject);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new(null, false);
        }
    }
}
