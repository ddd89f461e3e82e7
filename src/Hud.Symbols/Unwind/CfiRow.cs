using System.Globalization;
using System.Text;

namespace Hud.Symbols.Unwind;

/// <summary>The unwind rules of a run of addresses. Immutable; equal rows of one table are one object.</summary>
public sealed class CfiRow : IEquatable<CfiRow>
{
    private readonly CfiRegisterRule[] _registers;

    /// <summary>Where the expressions of this row lie.</summary>
    private readonly CfiSection _section;

    internal CfiRow(CfiRule cfa, CfiRegisterRule[] registers, int returnAddressRegister, bool isSignalFrame, CfiSection section)
    {
        Cfa = cfa;
        _registers = registers;
        ReturnAddressRegister = returnAddressRegister;
        IsSignalFrame = isSignalFrame;
        _section = section;
    }

    /// <summary>
    /// The canonical frame address: <see cref="CfiRuleKind.Offset"/> (register <see cref="CfiRule.Length"/> plus value),
    /// <see cref="CfiRuleKind.Expression"/>, or <see cref="CfiRuleKind.Unspecified"/> when the program gives none.
    /// </summary>
    public CfiRule Cfa { get; }

    /// <summary>Registers that are not unspecified, by number.</summary>
    public ReadOnlySpan<CfiRegisterRule> Registers => _registers;

    /// <summary>The column that holds the return address: 16 on x86-64, 30 on aarch64.</summary>
    public int ReturnAddressRegister { get; }

    /// <summary>Augmentation <c>S</c>: the caller was interrupted, so its address is exact and not behind a call.</summary>
    public bool IsSignalFrame { get; }

    public CfiRule this[int register]
    {
        get
        {
            foreach (CfiRegisterRule entry in _registers)
            {
                if (entry.Register == register) return entry.Rule;
            }
            return default;
        }
    }

    /// <summary>The bytes of an expression that one of this row's rules refers to.</summary>
    internal ReadOnlySpan<byte> Expression(CfiRule rule) => _section.Bytes.Slice((int)rule.Value, rule.Length);

    public bool Equals(CfiRow? other) =>
        other is not null && Cfa == other.Cfa && ReturnAddressRegister == other.ReturnAddressRegister
        && IsSignalFrame == other.IsSignalFrame && ReferenceEquals(_section, other._section) && Registers.SequenceEqual(other.Registers);

    public override bool Equals(object? obj) => Equals(obj as CfiRow);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Cfa);
        hash.Add(IsSignalFrame);
        foreach (CfiRegisterRule entry in _registers) hash.Add(entry);
        return hash.ToHashCode();
    }

    /// <summary>For test messages: <c>cfa=r7+16 r6=[cfa-16] r16=[cfa-8]</c>.</summary>
    public override string ToString()
    {
        StringBuilder text = new("cfa=");
        text.Append(Cfa.Kind switch
        {
            CfiRuleKind.Offset => string.Create(CultureInfo.InvariantCulture, $"r{Cfa.Length}{Cfa.Value:+0;-0;+0}"),
            CfiRuleKind.Expression => "exp",
            _ => "none",
        });
        foreach ((int register, CfiRule rule) in _registers)
        {
            string value = rule.Kind switch
            {
                CfiRuleKind.Undefined => "undefined",
                CfiRuleKind.SameValue => "same",
                CfiRuleKind.Offset => string.Create(CultureInfo.InvariantCulture, $"[cfa{rule.Value:+0;-0;+0}]"),
                CfiRuleKind.ValueOffset => string.Create(CultureInfo.InvariantCulture, $"cfa{rule.Value:+0;-0;+0}"),
                CfiRuleKind.Register => string.Create(CultureInfo.InvariantCulture, $"r{rule.Value}"),
                CfiRuleKind.Expression => "[exp]",
                _ => "exp",
            };
            text.Append(CultureInfo.InvariantCulture, $" r{register}={value}");
        }
        return text.ToString();
    }
}
