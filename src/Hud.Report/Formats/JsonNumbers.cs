using System.Globalization;
using System.Text.Json;

namespace Hud.Reporting.Formats;

internal static class JsonNumbers
{
    /// <summary>Nanoseconds as an exact decimal number of microseconds (3), milliseconds (6) or seconds (9 digits).</summary>
    public static void WriteExact(this Utf8JsonWriter json, string member, long ns, int digits)
    {
        json.WritePropertyName(member);
        json.WriteExactValue(ns, digits);
    }

    // Written for every poll several times: allocates nothing.
    public static void WriteExactValue(this Utf8JsonWriter json, long ns, int digits)
    {
        Span<byte> text = stackalloc byte[40];
        var unit = digits switch { 3 => 1_000L, 6 => 1_000_000L, _ => 1_000_000_000L };
        var (whole, rest) = Math.DivRem(Math.Abs(ns), unit);
        var length = 0;
        if (ns < 0)
            text[length++] = (byte)'-';
        whole.TryFormat(text[length..], out var written, default, CultureInfo.InvariantCulture);
        length += written;
        if (rest > 0)
        {
            text[length++] = (byte)'.';
            for (unit /= 10; rest > 0; unit /= 10)
            {
                text[length++] = (byte)('0' + rest / unit);
                rest %= unit;
            }
        }

        json.WriteRawValue(text[..length], skipInputValidation: true);
    }

    /// <summary>Hands what is buffered to the stream once it is enough to be worth a write.</summary>
    public static void FlushIfLarge(this Utf8JsonWriter json)
    {
        if (json.BytesPending > 64 * 1024)
            json.Flush();
    }
}
