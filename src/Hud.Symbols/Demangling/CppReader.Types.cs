namespace Hud.Symbols.Demangling;

internal ref partial struct CppReader
{
    private void ReadType()
    {
        if (!Enter()) return;
        int start = _output.Length;
        char tag = Peek();
        if (BuiltinType(tag) is { } builtin)
        {
            _at++;
            Print(builtin);
        }
        else if (ReadCompoundType(tag, start))
        {
            Remember(start);
        }
        _depth--;
    }

    /// <summary>True when the type is one that a substitution can refer to.</summary>
    private bool ReadCompoundType(char tag, int start)
    {
        switch (tag)
        {
            case 'P':
                return ReadModified("*");
            case 'R':
                return ReadModified("&");
            case 'O':
                return ReadModified("&&");
            case 'K':
                return ReadModified(" const");
            case 'V':
                return ReadModified(" volatile");
            case 'r':
                return ReadModified(" restrict");
            case 'A':
                _at++;
                int from = _at;
                while (Peek() is not ('_' or '\0')) _at++;
                ReadOnlySpan<char> bound = _body[from.._at];
                if (!Take('_')) Fail();
                ReadType();
                Print(" [");
                Print(bound);
                Print(']');
                return true;
            case 'F':
                ReadFunction();
                return true;
            case 'M':
                ReadMemberPointer();
                return true;
            case 'T':
                ReadTemplateParameter();
                if (Peek() == 'I')
                {
                    Remember(start);
                    ReadTemplateArguments();
                }
                return true;
            case 'S' when _at + 1 < _body.Length && _body[_at + 1] != 't':
                ReadSubstitution();
                if (Peek() != 'I') return false;
                ReadTemplateArguments();
                return true;
            case 'D':
                return ReadExtendedType();
            case 'u':
                _at++;
                ReadSourceName();
                return true;
            default:
                ReadName();
                return true;
        }
    }

    private bool ReadModified(ReadOnlySpan<char> modifier)
    {
        _at++;
        ReadType();
        Print(modifier);
        return true;
    }

    private void ReadFunction()
    {
        _at++;
        Take('Y');
        ReadType();
        Print(" (");
        for (bool first = true; !_failed && !Take('E'); first = false)
        {
            if (Take('v') || Take('R') || Take('O')) continue;
            if (!first) Print(", ");
            ReadType();
        }
        Print(')');
    }

    /// <summary>Owner first, as it is read: what is printed must stay where substitutions look for it.</summary>
    private void ReadMemberPointer()
    {
        _at++;
        ReadType();
        Print("::* ");
        ReadType();
    }

    private bool ReadExtendedType()
    {
        _at++;
        switch (Next())
        {
            case 'p':
                ReadType();
                Print("...");
                return true;
            case 'n':
                Print("std::nullptr_t");
                return false;
            case 'i':
                Print("char32_t");
                return false;
            case 's':
                Print("char16_t");
                return false;
            case 'u':
                Print("char8_t");
                return false;
            case 'a':
                Print("auto");
                return false;
            case 'c':
                Print("decltype(auto)");
                return false;
            case 'h':
                Print("half");
                return false;
            case 't' or 'T':
                SkipExpression();
                Print("decltype(…)");
                return true;
            case 'o' or 'O' or 'w' or 'x':
                ReadType();
                return false;
            default:
                Fail();
                return false;
        }
    }

    private void ReadTemplateParameter()
    {
        _at++;
        int index = char.IsAsciiDigit(Peek()) ? ReadNumber() + 1 : 0;
        if (!Take('_')) Fail();
        Print('T');
        Print((ulong)index);
    }

    private void ReadTemplateArguments()
    {
        if (!Enter()) return;
        _at++;
        Print('<');
        ReadArguments();
        Print('>');
        _depth--;
    }

    /// <summary>Up to the closing <c>E</c>; packs are printed as their elements, empty ones not at all.</summary>
    private void ReadArguments(bool first = true)
    {
        while (!_failed && !Take('E'))
        {
            if (Take('J'))
            {
                int before = _output.Length;
                ReadArguments(first);
                first &= _output.Length == before;
                continue;
            }
            if (!first) Print(", ");
            first = false;
            if (Take('L')) ReadLiteral();
            else if (Take('X')) SkipExpression();
            else ReadType();
        }
    }

    private void ReadLiteral()
    {
        if (Take("_Z"))
        {
            ReadName();
            int end = _output.Length;
            while (!_failed && Peek() != 'E') ReadType();
            _output.Truncate(end);
            if (!Take('E')) Fail();
            return;
        }
        int start = _output.Length;
        char type = Peek();
        bool isInteger = type is 'b' or 'i' or 'j' or 'l' or 'm' or 'x' or 'y';
        if (!isInteger) Print('(');
        ReadType();
        if (!isInteger) Print(')');
        int from = _at;
        while (Peek() is not ('E' or '\0')) _at++;
        ReadOnlySpan<char> value = _body[from.._at];
        if (!Take('E')) Fail();
        if (isInteger) _output.Truncate(start);
        if (type == 'b')
        {
            Print(value is "0" ? "false" : "true");
            return;
        }
        if (value.StartsWith("n"))
        {
            Print('-');
            value = value[1..];
        }
        Print(value);
        Print(type switch { 'j' => "u", 'l' => "l", 'm' => "ul", 'x' => "ll", 'y' => "ull", _ => "" });
    }

    /// <summary>Expressions are not shown. Reading one only to find its end would take their whole grammar: names with one are given up.</summary>
    private void SkipExpression() => Fail();

    private void ReadOperator()
    {
        if (Take("cv"))
        {
            Print("operator ");
            ReadType();
            return;
        }
        if (Take("li"))
        {
            Print("operator\"\" ");
            ReadSourceName();
            return;
        }
        if (_body.Length - _at < 2)
        {
            Fail();
            return;
        }
        string? symbol = OperatorSymbol(_body.Slice(_at, 2));
        if (symbol is null)
        {
            Fail();
            return;
        }
        _at += 2;
        Print("operator");
        Print(symbol);
    }

    private static string? OperatorSymbol(ReadOnlySpan<char> code) => code switch
    {
        "nw" => " new", "na" => " new[]", "dl" => " delete", "da" => " delete[]", "aw" => " co_await",
        "ps" => "+", "ng" => "-", "ad" => "&", "de" => "*", "co" => "~", "pl" => "+", "mi" => "-", "ml" => "*", "dv" => "/", "rm" => "%",
        "an" => "&", "or" => "|", "eo" => "^", "aS" => "=", "pL" => "+=", "mI" => "-=", "mL" => "*=", "dV" => "/=", "rM" => "%=",
        "aN" => "&=", "oR" => "|=", "eO" => "^=", "ls" => "<<", "rs" => ">>", "lS" => "<<=", "rS" => ">>=", "eq" => "==", "ne" => "!=",
        "lt" => "<", "gt" => ">", "le" => "<=", "ge" => ">=", "ss" => "<=>", "nt" => "!", "aa" => "&&", "oo" => "||", "pp" => "++",
        "mm" => "--", "cm" => ",", "pm" => "->*", "pt" => "->", "cl" => "()", "ix" => "[]",
        _ => null,
    };

    private static string? BuiltinType(char tag) => tag switch
    {
        'v' => "void",
        'w' => "wchar_t",
        'b' => "bool",
        'c' => "char",
        'a' => "signed char",
        'h' => "unsigned char",
        's' => "short",
        't' => "unsigned short",
        'i' => "int",
        'j' => "unsigned int",
        'l' => "long",
        'm' => "unsigned long",
        'x' => "long long",
        'y' => "unsigned long long",
        'n' => "__int128",
        'o' => "unsigned __int128",
        'f' => "float",
        'd' => "double",
        'e' => "long double",
        'g' => "__float128",
        'z' => "...",
        _ => null,
    };
}
