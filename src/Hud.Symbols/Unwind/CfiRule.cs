namespace Hud.Symbols.Unwind;

/// <summary>How a register of the calling frame is found (DWARF 5 section 6.4.1).</summary>
public enum CfiRuleKind : byte
{
    /// <summary>Nothing is said: callee-saved registers keep their value.</summary>
    Unspecified,

    /// <summary>The register's value is lost; for the return address: there is no caller.</summary>
    Undefined,

    SameValue,

    /// <summary>In memory at CFA + <see cref="CfiRule.Value"/>.</summary>
    Offset,

    /// <summary>Is CFA + <see cref="CfiRule.Value"/>.</summary>
    ValueOffset,

    /// <summary>In register <see cref="CfiRule.Value"/>.</summary>
    Register,

    /// <summary>In memory where the expression says; for the CFA: is what the expression says.</summary>
    Expression,

    /// <summary>Is what the expression says.</summary>
    ValueExpression,
}

/// <summary>One rule.</summary>
/// <param name="Value">An offset in bytes, a register, or where the expression starts in its section.</param>
/// <param name="Length">Bytes of the expression, or for the CFA rule <see cref="CfiRuleKind.Offset"/> the base register.</param>
public readonly record struct CfiRule(CfiRuleKind Kind, long Value = 0, int Length = 0);

/// <summary>The rule of one register, by its DWARF number.</summary>
public readonly record struct CfiRegisterRule(int Register, CfiRule Rule);
