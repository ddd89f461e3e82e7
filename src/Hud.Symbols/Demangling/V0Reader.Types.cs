namespace Hud.Symbols.Demangling;

internal ref partial struct V0Reader
{
    private void ReadType()
    {
        if (!Enter()) return;
        char tag = Next();
        if (BasicType(tag) is { } basic) Print(basic);
        else ReadCompoundType(tag);
        Leave();
    }

    private void ReadCompoundType(char tag)
    {
        switch (tag)
        {
            case 'R' or 'Q':
                Print('&');
                if (Take('L') && ReadBase62() is > 0 and ulong lifetime)
                {
                    PrintLifetime(lifetime);
                    Print(' ');
                }
                if (tag == 'Q') Print("mut ");
                ReadType();
                break;
            case 'P' or 'O':
                Print(tag == 'P' ? "*const " : "*mut ");
                ReadType();
                break;
            case 'A' or 'S':
                Print('[');
                ReadType();
                if (tag == 'A')
                {
                    Print("; ");
                    ReadConstant(inValue: true);
                }
                Print(']');
                break;
            case 'T':
                Print('(');
                int count = 0;
                for (; !Failed && !Take('E'); count++)
                {
                    if (count > 0) Print(", ");
                    ReadType();
                }
                if (count == 1) Print(',');
                Print(')');
                break;
            case 'F':
                ReadFunctionPointer();
                break;
            case 'D':
                ReadTraitObject();
                break;
            case 'W':
                ReadType();
                Print(" is ");
                ReadPattern();
                break;
            case 'B':
                int resume = FollowBackReference();
                if (resume < 0) break;
                ReadType();
                _at = resume;
                break;
            default:
                _at--;
                ReadPath(inValue: false);
                break;
        }
    }

    private void ReadFunctionPointer()
    {
        ulong bound = ReadBinder();
        if (Take('U')) Print("unsafe ");
        if (Take('K'))
        {
            Print("extern \"");
            if (Take('C')) Print('C');
            else PrintAbi(ReadIdentifier());
            Print("\" ");
        }
        Print("fn(");
        for (bool first = true; !Failed && !Take('E'); first = false)
        {
            if (!first) Print(", ");
            ReadType();
        }
        Print(')');
        if (!Take('u'))
        {
            Print(" -> ");
            ReadType();
        }
        _boundLifetimes -= bound;
    }

    /// <summary>ABI names are mangled with their hyphens as underscores.</summary>
    private void PrintAbi(Identifier abi)
    {
        if (abi.IsEmpty || !abi.Punycode.IsEmpty)
        {
            Fail();
            return;
        }
        foreach (char c in abi.Ascii) Print(c == '_' ? '-' : c);
    }

    private void ReadTraitObject()
    {
        Print("dyn ");
        ulong bound = ReadBinder();
        for (bool first = true; !Failed && !Take('E'); first = false)
        {
            if (!first) Print(" + ");
            ReadTraitBound();
        }
        _boundLifetimes -= bound;
        if (!Take('L'))
        {
            Fail();
            return;
        }
        if (ReadBase62() is > 0 and ulong lifetime)
        {
            Print(" + ");
            PrintLifetime(lifetime);
        }
    }

    private void ReadTraitBound()
    {
        bool open = ReadPathWithOpenGenerics();
        while (Take('p'))
        {
            Print(open ? ", " : "<");
            open = true;
            Print(ReadIdentifier());
            Print(" = ");
            if (Take('K')) ReadConstant(inValue: false);
            else ReadType();
        }
        if (open) Print('>');
    }

    /// <summary>As a path, but leaves a generic list open, so that bindings of associated types can join it; true when it did.</summary>
    private bool ReadPathWithOpenGenerics()
    {
        if (!Enter()) return false;
        bool open = false;
        if (Take('B'))
        {
            int resume = FollowBackReference();
            if (resume >= 0)
            {
                open = ReadPathWithOpenGenerics();
                _at = resume;
            }
        }
        else if (Take('I'))
        {
            ReadPath(inValue: false);
            Print('<');
            open = true;
            ReadGenericArguments(first: true);
        }
        else
        {
            ReadPath(inValue: false);
        }
        Leave();
        return open;
    }

    /// <summary>Pattern types: <c>u32 is 1..=10</c>, alternatives, <c>*const T is !null</c>.</summary>
    private void ReadPattern()
    {
        if (!Enter()) return;
        switch (Next())
        {
            case 'R':
                ReadConstant(inValue: true);
                Print("..=");
                ReadConstant(inValue: true);
                break;
            case 'O':
                for (bool first = true; !Failed && !Take('E'); first = false)
                {
                    if (!first) Print(" | ");
                    ReadPattern();
                }
                break;
            case 'N':
                Print("!null");
                break;
            default:
                Fail();
                break;
        }
        Leave();
    }

    /// <summary>Reads <c>G</c> and the number of lifetimes it binds, printed as <c>for&lt;'a, 'b&gt;</c>; the caller takes them off again.</summary>
    private ulong ReadBinder()
    {
        ulong bound = ReadOptionalBase62('G');
        if (Failed || bound == 0) return 0;
        // No program binds so many; a hostile name would print them all.
        if (bound > (ulong)_body.Length)
        {
            Fail();
            return 0;
        }
        Print("for<");
        for (ulong i = 0; i < bound; i++)
        {
            if (i > 0) Print(", ");
            _boundLifetimes++;
            PrintLifetime(1);
        }
        Print("> ");
        return bound;
    }

    /// <summary><paramref name="index"/> is de Bruijn: 1 is the innermost bound lifetime, 0 an erased one.</summary>
    private void PrintLifetime(ulong index)
    {
        if (Failed) return;
        if (index > _boundLifetimes)
        {
            Fail();
            return;
        }
        Print('\'');
        ulong fromOutside = _boundLifetimes - index;
        if (index == 0)
        {
            Print('_');
        }
        else if (fromOutside < 26)
        {
            Print((char)('a' + fromOutside));
        }
        else
        {
            Print('_');
            Print(fromOutside);
        }
    }

    private static string? BasicType(char tag) => tag switch
    {
        'a' => "i8",
        'b' => "bool",
        'c' => "char",
        'd' => "f64",
        'e' => "str",
        'f' => "f32",
        'h' => "u8",
        'i' => "isize",
        'j' => "usize",
        'l' => "i32",
        'm' => "u32",
        'n' => "i128",
        'o' => "u128",
        's' => "i16",
        't' => "u16",
        'u' => "()",
        'v' => "...",
        'x' => "i64",
        'y' => "u64",
        'z' => "!",
        'p' => "_",
        _ => null,
    };
}
