using System.Runtime.CompilerServices;

namespace Hud.Symbols.Demangling;

/// <summary>
/// The v0 scheme (RFC 2603): a recursive descent that prints while it reads. Paths are here, types in
/// V0Reader.Types.cs, constants in V0Reader.Constants.cs.
/// </summary>
/// <remarks>The first failure sticks: every production returns at once when <see cref="_status"/> is set.</remarks>
internal ref partial struct V0Reader(ReadOnlySpan<char> body, NameWriter output)
{
    private readonly ReadOnlySpan<char> _body = body;
    private NameWriter _output = output;
    private int _at;
    private int _depth;
    private int _steps;
    private ulong _boundLifetimes;

    /// <summary>Grammar is checked but nothing printed: impl paths and the instantiating crate.</summary>
    private bool _silent;

    private DemangleStatus _status = DemangleStatus.Demangled;

    /// <summary>The writer after reading; it may have moved to a larger buffer.</summary>
    public readonly NameWriter Output => _output;

    public DemangleStatus ReadSymbol()
    {
        ReadPath(inValue: true);
        if (!Failed && _at < _body.Length)
        {
            _silent = true;
            ReadPath(inValue: false);
        }
        if (!Failed && _at != _body.Length) Fail();
        return _output.Overflowed ? DemangleStatus.TooLong : _status;
    }

    private readonly bool Failed => _status != DemangleStatus.Demangled;

    private void Fail() => _status = DemangleStatus.Malformed;

    private void ReadPath(bool inValue)
    {
        if (!Enter()) return;
        char tag = Next();
        switch (tag)
        {
            case 'C':
                ReadDisambiguator();
                Print(ReadIdentifier());
                break;
            case 'N':
                ReadNested(inValue);
                break;
            case 'M' or 'X' or 'Y':
                ReadImpl(tag);
                break;
            case 'I':
                ReadPath(inValue);
                if (inValue) Print("::");
                Print('<');
                ReadGenericArguments(first: true);
                Print('>');
                break;
            case 'B':
                int resume = FollowBackReference();
                if (resume < 0) break;
                ReadPath(inValue);
                _at = resume;
                break;
            default:
                Fail();
                break;
        }
        Leave();
    }

    private void ReadNested(bool inValue)
    {
        char space = Next();
        if (!char.IsAsciiLetter(space))
        {
            Fail();
            return;
        }
        ReadPath(inValue);
        ulong disambiguator = ReadDisambiguator();
        Identifier name = ReadIdentifier();
        if (char.IsAsciiLetterLower(space))
        {
            // Namespaces the encoding leaves to the compiler are not shown.
            if (name.IsEmpty) return;
            Print("::");
            Print(name);
            return;
        }
        Print("::{");
        switch (space)
        {
            case 'C': Print("closure"); break;
            case 'S': Print("shim"); break;
            default: Print(space); break;
        }
        if (!name.IsEmpty)
        {
            Print(':');
            Print(name);
        }
        Print('#');
        Print(disambiguator);
        Print('}');
    }

    private void ReadImpl(char tag)
    {
        if (tag != 'Y')
        {
            ReadDisambiguator();
            bool before = _silent;
            _silent = true;
            ReadPath(inValue: false);
            _silent = before;
        }
        Print('<');
        ReadType();
        if (tag != 'M')
        {
            Print(" as ");
            ReadPath(inValue: false);
        }
        Print('>');
    }

    /// <summary>Reads generic arguments up to their <c>E</c>.</summary>
    private void ReadGenericArguments(bool first)
    {
        while (!Failed && !Take('E'))
        {
            if (!first) Print(", ");
            first = false;
            if (Take('L')) PrintLifetime(ReadBase62());
            else if (Take('K')) ReadConstant(inValue: false);
            else ReadType();
        }
    }

    private readonly ref struct Identifier(ReadOnlySpan<char> ascii, ReadOnlySpan<char> punycode)
    {
        public readonly ReadOnlySpan<char> Ascii = ascii;
        public readonly ReadOnlySpan<char> Punycode = punycode;
        public bool IsEmpty => Ascii.IsEmpty && Punycode.IsEmpty;
    }

    private ulong ReadDisambiguator() => ReadOptionalBase62('s');

    private Identifier ReadIdentifier()
    {
        bool encoded = Take('u');
        if (Failed) return default;
        if (!char.IsAsciiDigit(Peek()))
        {
            Fail();
            return default;
        }
        int length = Next() - '0';
        // A length has no leading zero: "0" is the whole number.
        while (length != 0 && char.IsAsciiDigit(Peek()))
        {
            length = length * 10 + (Next() - '0');
            if (length > _body.Length) break;
        }
        Take('_');
        if (length > _body.Length - _at)
        {
            Fail();
            return default;
        }
        ReadOnlySpan<char> text = _body.Slice(_at, length);
        _at += length;
        if (!encoded) return new Identifier(text, default);
        int delimiter = text.LastIndexOf('_');
        ReadOnlySpan<char> deltas = text[(delimiter + 1)..];
        if (deltas.IsEmpty) Fail();
        return new Identifier(delimiter < 0 ? default : text[..delimiter], deltas);
    }

    private ulong ReadOptionalBase62(char tag)
    {
        if (!Take(tag)) return 0;
        ulong value = ReadBase62();
        if (value == ulong.MaxValue) Fail();
        return value + 1;
    }

    /// <summary><c>_</c> is 0; otherwise the digits 0–9 a–z A–Z and <c>_</c> stand for one more than they say.</summary>
    private ulong ReadBase62()
    {
        if (Take('_')) return 0;
        ulong value = 0;
        while (!Failed && !Take('_'))
        {
            char c = Next();
            int digit = c switch
            {
                >= '0' and <= '9' => c - '0',
                >= 'a' and <= 'z' => c - 'a' + 10,
                >= 'A' and <= 'Z' => c - 'A' + 36,
                _ => -1,
            };
            if (digit < 0 || value > (ulong.MaxValue - 62) / 62)
            {
                Fail();
                return 0;
            }
            value = value * 62 + (ulong)digit;
        }
        return value + 1;
    }

    /// <summary>
    /// Moves to the target of a back reference whose <c>B</c> was just read, and returns where to go on afterwards.
    /// Negative when there is nothing to read: on failure, and in silence, where what is referred to was checked already.
    /// </summary>
    private int FollowBackReference()
    {
        int start = _at - 1;
        ulong target = ReadBase62();
        // Only backwards, or a reference could contain itself.
        if (target >= (ulong)start) Fail();
        if (Failed || _silent) return -1;
        int resume = _at;
        _at = (int)target;
        return resume;
    }

    private bool Enter()
    {
        if (Failed) return false;
        if (++_depth > _output.Limits.MaxDemangleDepth) _status = DemangleStatus.TooDeep;
        else if (++_steps > _output.Limits.MaxDemangleSteps || _output.Overflowed) _status = DemangleStatus.TooLong;
        // The limit on depth is set for the main thread's stack; worker threads may have less.
        else if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) _status = DemangleStatus.TooDeep;
        return !Failed;
    }

    private void Leave() => _depth--;

    private readonly char Peek() => _at < _body.Length ? _body[_at] : '\0';

    private char Next()
    {
        if (_at < _body.Length) return _body[_at++];
        Fail();
        return '\0';
    }

    private bool Take(char tag)
    {
        if (Failed || _at >= _body.Length || _body[_at] != tag) return false;
        _at++;
        return true;
    }

    private void Print(char value)
    {
        if (!_silent && !Failed) _output.Append(value);
    }

    private void Print(scoped ReadOnlySpan<char> text)
    {
        if (!_silent && !Failed) _output.Append(text);
    }

    private void Print(ulong value)
    {
        if (!_silent && !Failed) _output.Append(value);
    }

    private void Print(scoped Identifier name)
    {
        if (_silent || Failed) return;
        if (name.Punycode.IsEmpty)
        {
            _output.Append(name.Ascii);
            return;
        }
        if (Punycode.TryAppend(name.Ascii, name.Punycode, ref _output)) return;
        _output.Append("punycode{");
        if (!name.Ascii.IsEmpty)
        {
            _output.Append(name.Ascii);
            _output.Append('-');
        }
        _output.Append(name.Punycode);
        _output.Append('}');
    }
}
