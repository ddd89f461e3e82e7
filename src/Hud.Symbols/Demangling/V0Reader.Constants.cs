using System.Globalization;
using System.Text;

namespace Hud.Symbols.Demangling;

internal ref partial struct V0Reader
{
    /// <param name="inValue">False among generic arguments, where anything but a literal needs braces.</param>
    private void ReadConstant(bool inValue)
    {
        if (!Enter()) return;
        char tag = Next();
        switch (tag)
        {
            case 'p':
                Print('_');
                break;
            case 'h' or 't' or 'm' or 'y' or 'o' or 'j':
                ReadInteger();
                break;
            case 'a' or 's' or 'l' or 'x' or 'n' or 'i':
                if (Take('n')) Print('-');
                ReadInteger();
                break;
            case 'b':
                ReadBool();
                break;
            case 'c':
                ReadChar();
                break;
            case 'R' when Take('e'):
                ReadString();
                break;
            case 'B':
                int resume = FollowBackReference();
                if (resume < 0) break;
                ReadConstant(inValue);
                _at = resume;
                break;
            default:
                if (!inValue) Print('{');
                ReadExpression(tag);
                if (!inValue) Print('}');
                break;
        }
        Leave();
    }

    private void ReadExpression(char tag)
    {
        switch (tag)
        {
            case 'e':
                // A literal has type &str, a constant of type str is what it points to.
                Print('*');
                ReadString();
                break;
            case 'R' or 'Q':
                Print(tag == 'R' ? "&" : "&mut ");
                ReadConstant(inValue: true);
                break;
            case 'A':
                Print('[');
                ReadConstants();
                Print(']');
                break;
            case 'T':
                Print('(');
                if (ReadConstants() == 1) Print(',');
                Print(')');
                break;
            case 'V':
                ReadPath(inValue: true);
                ReadFields();
                break;
            default:
                Fail();
                break;
        }
    }

    private void ReadFields()
    {
        switch (Next())
        {
            case 'U':
                break;
            case 'T':
                Print('(');
                ReadConstants();
                Print(')');
                break;
            case 'S':
                Print(" { ");
                for (bool first = true; !Failed && !Take('E'); first = false)
                {
                    if (!first) Print(", ");
                    ReadDisambiguator();
                    Print(ReadIdentifier());
                    Print(": ");
                    ReadConstant(inValue: true);
                }
                Print(" }");
                break;
            default:
                Fail();
                break;
        }
    }

    private int ReadConstants()
    {
        int count = 0;
        for (; !Failed && !Take('E'); count++)
        {
            if (count > 0) Print(", ");
            ReadConstant(inValue: true);
        }
        return count;
    }

    /// <summary>Lower-case hexadecimal digits up to <c>_</c>.</summary>
    private ReadOnlySpan<char> ReadHexDigits()
    {
        int start = _at;
        while (char.IsAsciiHexDigitLower(Peek())) _at++;
        ReadOnlySpan<char> digits = _body[start.._at];
        if (!Take('_')) Fail();
        return digits;
    }

    private bool TryReadHex(out ulong value, out ReadOnlySpan<char> digits)
    {
        digits = ReadHexDigits().TrimStart('0');
        value = 0;
        return digits.IsEmpty
            || digits.Length <= 16 && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private void ReadInteger()
    {
        if (TryReadHex(out ulong value, out ReadOnlySpan<char> digits))
        {
            Print(value);
            return;
        }
        Print("0x");
        Print(digits);
    }

    private void ReadBool()
    {
        if (!TryReadHex(out ulong value, out _) || value > 1) Fail();
        else Print(value == 1 ? "true" : "false");
    }

    private void ReadChar()
    {
        if (!TryReadHex(out ulong value, out _) || value > 0x10FFFF || !Rune.TryCreate((uint)value, out Rune scalar))
        {
            Fail();
            return;
        }
        Print('\'');
        PrintEscaped(scalar, quote: '\'');
        Print('\'');
    }

    /// <summary>UTF-8 as pairs of hexadecimal digits.</summary>
    private void ReadString()
    {
        ReadOnlySpan<char> digits = ReadHexDigits();
        if (digits.Length % 2 != 0) Fail();
        if (Failed) return;
        Print('"');
        Span<byte> utf8 = stackalloc byte[4];
        while (!digits.IsEmpty)
        {
            int available = Math.Min(4, digits.Length / 2);
            Convert.FromHexString(digits[..(available * 2)], utf8, out _, out _);
            if (Rune.DecodeFromUtf8(utf8[..available], out Rune scalar, out int used) != System.Buffers.OperationStatus.Done)
            {
                Fail();
                return;
            }
            PrintEscaped(scalar, quote: '"');
            digits = digits[(used * 2)..];
        }
        Print('"');
    }

    private void PrintEscaped(Rune scalar, char quote)
    {
        if (_silent || Failed) return;
        string? escape = scalar.Value switch
        {
            '\0' => "\\0",
            '\t' => "\\t",
            '\r' => "\\r",
            '\n' => "\\n",
            '\\' => "\\\\",
            _ => null,
        };
        if (escape is not null)
        {
            _output.Append(escape);
        }
        else if (scalar.Value == quote)
        {
            _output.Append('\\');
            _output.Append(quote);
        }
        else if (Rune.IsControl(scalar))
        {
            _output.Append("\\u{");
            _output.Append(scalar.Value.ToString("x", CultureInfo.InvariantCulture));
            _output.Append('}');
        }
        else
        {
            _output.TryAppendScalar((uint)scalar.Value);
        }
    }
}
