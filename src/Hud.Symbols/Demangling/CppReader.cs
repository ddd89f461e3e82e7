using System.Runtime.CompilerServices;

namespace Hud.Symbols.Demangling;

/// <summary>
/// Recursive descent over Itanium names that prints while it reads. A substitution is a stretch of the text printed so far:
/// types are printed outside in with their qualifiers behind them, so each is one stretch. Names are here, types in CppReader.Types.cs.
/// </summary>
internal ref partial struct CppReader(ReadOnlySpan<char> body, NameWriter output)
{
    private const int MaxSubstitutions = 256;
    private readonly ReadOnlySpan<char> _body = body;
    private NameWriter _output = output;
    private Stretches _substitutions;
    private int _substitutionCount;
    private int _at;
    private int _depth;
    private int _steps;
    private bool _failed;

    public readonly NameWriter Output => _output;

    public bool ReadSymbol()
    {
        if (Peek() == 'T' || Take("GV") || Take("GR")) ReadSpecial();
        else ReadName();
        // Parameters follow; they are not shown.
        return !_failed && !_output.Overflowed && _output.Length > 0;
    }

    private record struct Stretch(int Start, int Length);

    [InlineArray(MaxSubstitutions)]
    private struct Stretches
    {
        private Stretch _first;
    }

    private void ReadSpecial()
    {
        if (!Take('T'))
        {
            Print("guard variable for ");
            ReadName();
            return;
        }
        switch (Next())
        {
            case 'V':
                Print("vtable for ");
                ReadType();
                break;
            case 'T':
                Print("VTT for ");
                ReadType();
                break;
            case 'I':
                Print("typeinfo for ");
                ReadType();
                break;
            case 'S':
                Print("typeinfo name for ");
                ReadType();
                break;
            case 'h':
                ReadNumber();
                if (!Take('_')) Fail();
                Print("non-virtual thunk to ");
                ReadName();
                break;
            case 'v':
                ReadNumber();
                if (!Take('_')) Fail();
                ReadNumber();
                if (!Take('_')) Fail();
                Print("virtual thunk to ");
                ReadName();
                break;
            case 'W' or 'H':
                Print("TLS wrapper function for ");
                ReadName();
                break;
            default:
                Fail();
                break;
        }
    }

    private void ReadName()
    {
        if (!Enter()) return;
        int start = _output.Length;
        if (Take('N'))
        {
            ReadNested(start);
        }
        else if (Take('Z'))
        {
            ReadLocal();
        }
        else
        {
            bool substituted = Peek() == 'S' && !Take("St");
            if (substituted) ReadSubstitution();
            else ReadUnqualified(_body[Math.Max(0, _at - 2).._at] is "St" ? "std::" : "", start);
            if (Peek() == 'I')
            {
                if (!substituted) Remember(start);
                ReadTemplateArguments();
            }
        }
        _depth--;
    }

    private void ReadNested(int start)
    {
        while (Peek() is 'r' or 'V' or 'K' or 'O' or 'R') _at++;
        bool first = true;
        while (!_failed && !Take('E'))
        {
            if (Peek() == 'I')
            {
                ReadTemplateArguments();
            }
            else
            {
                if (!first) Print("::");
                if (Take("St"))
                {
                    Print("std");
                    first = false;
                    continue;
                }
                if (Peek() == 'S')
                {
                    ReadSubstitution();
                    first = false;
                    continue;
                }
                if (Peek() == 'T') ReadTemplateParameter();
                else if (Peek() == 'D' && _at + 1 < _body.Length && _body[_at + 1] is 't' or 'T') ReadType();
                else ReadUnqualified("", start);
                first = false;
            }
            if (Peek() != 'E') Remember(start);
        }
    }

    /// <summary>Something inside a function: the function, then what is in it.</summary>
    private void ReadLocal()
    {
        ReadName();
        int end = _output.Length;
        // The function's parameters, for the substitutions they define.
        while (!_failed && Peek() != 'E') ReadType();
        _output.Truncate(end);
        if (!Take('E')) Fail();
        if (Take('s'))
        {
            SkipDiscriminator();
            return;
        }
        if (Take('d'))
        {
            ReadNumber();
            if (!Take('_')) Fail();
        }
        Print("::");
        ReadName();
        SkipDiscriminator();
    }

    private void SkipDiscriminator()
    {
        if (!Take('_')) return;
        bool wide = Take('_');
        ReadNumber();
        if (wide) Take('_');
    }

    private void ReadUnqualified(ReadOnlySpan<char> prefix, int start)
    {
        Print(prefix);
        Take('L');
        char tag = Peek();
        if (char.IsAsciiDigit(tag))
        {
            ReadSourceName();
        }
        else if (tag is 'C' or 'D' && _at + 1 < _body.Length && char.IsAsciiDigit(_body[_at + 1]))
        {
            _at += 2;
            PrintConstructor(start, destructor: tag == 'D');
        }
        else if (Take("Ul"))
        {
            int before = _output.Length;
            while (!_failed && !Take('E')) ReadType();
            _output.Truncate(before);
            Print("{lambda#");
            PrintOrdinal();
            Print('}');
        }
        else if (Take("Ut"))
        {
            Print("{unnamed type#");
            PrintOrdinal();
            Print('}');
        }
        else if (Take("DC"))
        {
            Print('[');
            for (bool first = true; !_failed && !Take('E'); first = false)
            {
                if (!first) Print(", ");
                ReadSourceName();
            }
            Print(']');
        }
        else
        {
            ReadOperator();
        }
        while (Take('B'))
        {
            Print("[abi:");
            ReadSourceName();
            Print(']');
        }
    }

    private void PrintOrdinal()
    {
        int number = char.IsAsciiDigit(Peek()) ? ReadNumber() + 2 : 1;
        if (!Take('_')) Fail();
        Print((ulong)number);
    }

    private void ReadSourceName()
    {
        int length = ReadNumber();
        if (_failed || length <= 0 || length > _body.Length - _at)
        {
            Fail();
            return;
        }
        ReadOnlySpan<char> name = _body.Slice(_at, length);
        _at += length;
        Print(name.StartsWith("_GLOBAL__N") ? "(anonymous namespace)" : name);
    }

    /// <summary>A constructor is called as the segment before it, without that one's template arguments.</summary>
    private void PrintConstructor(int start, bool destructor)
    {
        ReadOnlySpan<char> written = _output.Written[start..];
        if (written.EndsWith("::")) written = written[..^2];
        int end = written.Length;
        int depth = 0;
        int begin = 0;
        for (int i = written.Length - 1; i >= 0; i--)
        {
            if (written[i] == '>') depth++;
            else if (written[i] == '<' && --depth == 0) end = i;
            else if (depth == 0 && written[i] == ':')
            {
                begin = i + 1;
                break;
            }
        }
        if (end <= begin)
        {
            Fail();
            return;
        }
        string name = written[begin..end].ToString();
        if (destructor) Print('~');
        Print(name);
    }

    private void Remember(int start)
    {
        if (_substitutionCount == MaxSubstitutions) Fail();
        else _substitutions[_substitutionCount++] = new Stretch(start, _output.Length - start);
    }

    private void ReadSubstitution()
    {
        if (!Take('S'))
        {
            Fail();
            return;
        }
        string? known = Peek() switch
        {
            'a' => "std::allocator",
            'b' => "std::basic_string",
            's' => "std::string",
            'i' => "std::istream",
            'o' => "std::ostream",
            'd' => "std::iostream",
            't' => "std",
            _ => null,
        };
        if (known is not null)
        {
            _at++;
            Print(known);
            return;
        }
        int index = 0;
        if (!Take('_'))
        {
            while (!_failed && !Take('_'))
            {
                char c = Next();
                int digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetterUpper(c) ? c - 'A' + 10 : -1;
                index = index * 36 + digit;
                if (digit < 0 || index > MaxSubstitutions) Fail();
            }
            index++;
        }
        if (_failed || index >= _substitutionCount)
        {
            Fail();
            return;
        }
        (int start, int length) = _substitutions[index];
        // Parameters that were read and taken back may have been substitutions: their text is gone.
        if (start + length > _output.Length) Print("?");
        else Print(_output.Written.Slice(start, length).ToString());
    }

    private bool Enter()
    {
        if (_failed) return false;
        if (++_depth > _output.Limits.MaxDemangleDepth || ++_steps > _output.Limits.MaxDemangleSteps || _output.Overflowed
            || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            Fail();
        }
        return !_failed;
    }

    private void Fail() => _failed = true;

    private readonly char Peek() => _at < _body.Length ? _body[_at] : '\0';

    private char Next()
    {
        if (_at < _body.Length) return _body[_at++];
        Fail();
        return '\0';
    }

    private bool Take(char tag)
    {
        if (_failed || Peek() != tag || _at >= _body.Length) return false;
        _at++;
        return true;
    }

    private bool Take(scoped ReadOnlySpan<char> tag)
    {
        if (_failed || !_body[_at..].StartsWith(tag)) return false;
        _at += tag.Length;
        return true;
    }

    private int ReadNumber()
    {
        bool negative = Take('n');
        if (!char.IsAsciiDigit(Peek())) Fail();
        int value = 0;
        while (!_failed && char.IsAsciiDigit(Peek()))
        {
            value = value * 10 + (Next() - '0');
            if (value > 1_000_000) Fail();
        }
        return negative ? -value : value;
    }

    private void Print(char value)
    {
        if (!_failed) _output.Append(value);
    }

    private void Print(scoped ReadOnlySpan<char> text)
    {
        if (!_failed) _output.Append(text);
    }

    private void Print(ulong value)
    {
        if (!_failed) _output.Append(value);
    }
}
