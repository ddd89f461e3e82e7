using System.Globalization;

namespace Hud.Live.View;

/// <summary>
/// A length of time as people read it: three digits at most, and its unit. <c>850 µs</c>, <c>5.0 ms</c>, <c>1.40 s</c>, <c>2m 03s</c>.
/// With format <c>s</c>, for settings, a whole number of its unit has no decimals: <c>5 ms</c>, <c>30 s</c>.
/// </summary>
internal readonly record struct Duration(long Ns) : ISpanFormattable
{
    private const long Second = 1_000_000_000;

    /// <summary>Cut to whole seconds from one second on: a number that counts up, and does not flicker.</summary>
    public static Duration WholeSeconds(long ns) => new(ns < Second ? ns : ns / Second * Second);

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        var culture = CultureInfo.InvariantCulture;
        var us = Ns / 1e3;
        if (format is "s")
        {
            if (Ns <= 0) return destination.TryWrite(culture, $"0 s", out charsWritten);
            if (Ns < 1_000_000_000 && Ns % 1_000_000 == 0) return destination.TryWrite(culture, $"{Ns / 1_000_000} ms", out charsWritten);
            if (Ns < 100_000_000_000 && Ns % 1_000_000_000 == 0) return destination.TryWrite(culture, $"{Ns / 1_000_000_000} s", out charsWritten);
        }
        return us switch
        {
            <= 0 => destination.TryWrite(culture, $"0", out charsWritten),
            < 999.5 => destination.TryWrite(culture, $"{us:0} µs", out charsWritten),
            < 9_950 => destination.TryWrite(culture, $"{us / 1e3:0.0} ms", out charsWritten),
            < 999_500 => destination.TryWrite(culture, $"{us / 1e3:0} ms", out charsWritten),
            < 9_995_000 => destination.TryWrite(culture, $"{us / 1e6:0.00} s", out charsWritten),
            < 99_950_000 => destination.TryWrite(culture, $"{us / 1e6:0.0} s", out charsWritten),
            _ => TryFormatLong(destination, out charsWritten),
        };
    }

    private bool TryFormatLong(Span<char> destination, out int charsWritten)
    {
        var seconds = (Ns + 500_000_000) / 1_000_000_000;
        var culture = CultureInfo.InvariantCulture;
        return seconds < 3600
            ? destination.TryWrite(culture, $"{seconds / 60}m {seconds % 60:00}s", out charsWritten)
            : destination.TryWrite(culture, $"{seconds / 3600}h {seconds / 60 % 60:00}m", out charsWritten);
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => Formatted.Text(this);

    public override string ToString() => Formatted.Text(this);
}

/// <summary>A share as a percentage: <c>0.04 %</c>, <c>4.2 %</c>, <c>57 %</c>.</summary>
internal readonly record struct Percent(double Share) : ISpanFormattable
{
    public static Percent Of(long part, long whole) => new(whole <= 0 ? 0 : (double)part / whole);

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        var culture = CultureInfo.InvariantCulture;
        var percent = Share * 100;
        return percent switch
        {
            <= 0 => destination.TryWrite(culture, $"0 %", out charsWritten),
            < 0.095 => destination.TryWrite(culture, $"{percent:0.00} %", out charsWritten),
            < 9.95 => destination.TryWrite(culture, $"{percent:0.0} %", out charsWritten),
            _ => destination.TryWrite(culture, $"{percent:0} %", out charsWritten),
        };
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => Formatted.Text(this);

    public override string ToString() => Formatted.Text(this);
}

/// <summary>A number of bytes: <c>12.4 MB</c>.</summary>
internal readonly record struct ByteCount(long Bytes) : ISpanFormattable
{
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        var culture = CultureInfo.InvariantCulture;
        return Bytes < 10_000_000
            ? destination.TryWrite(culture, $"{Bytes / 1e6:0.0} MB", out charsWritten)
            : destination.TryWrite(culture, $"{Bytes / 1e6:0} MB", out charsWritten);
    }

    public string ToString(string? format, IFormatProvider? formatProvider) => Formatted.Text(this);

    public override string ToString() => Formatted.Text(this);
}

internal static class Formatted
{
    public static string Text<T>(T value, ReadOnlySpan<char> format = default) where T : ISpanFormattable
    {
        Span<char> buffer = stackalloc char[32];
        return value.TryFormat(buffer, out var written, format, null) ? buffer[..written].ToString() : "";
    }
}
