using System.Globalization;
using Hud.Analysis.Model;
using Hud.Symbols.Symbolization;
using Hud.Symbols.Unwind;

namespace Hud.Analysis.Naming;

/// <summary>Counts how well frames could be named, and says what would make it better.</summary>
internal sealed class NameQuality
{
    private readonly Dictionary<StopReason, long> _cut = [];
    private readonly Dictionary<NameGap, long> _gaps = [];
    private long _withLines;
    private long _nameOnly;
    private long _unnamed;
    private long _programWithLines;
    private long _programNameOnly;
    private long _programUnnamed;
    private long _stacks;
    private SymbolQuality? _built;

    /// <summary>A frame that was named for the first time. The kernel's and the C library's say nothing about the program's build and count only in total.</summary>
    public void Add(Frame frame, bool isProgram)
    {
        _built = null;
        if (frame.Function.StartsWith("0x", StringComparison.Ordinal))
        {
            _unnamed++;
            if (isProgram) _programUnnamed++;
        }
        else if (frame.Line is null)
        {
            _nameOnly++;
            if (isProgram) _programNameOnly++;
        }
        else
        {
            _withLines++;
            if (isProgram) _programWithLines++;
        }
    }

    /// <summary>What was missing at an address that was named for the first time.</summary>
    public void AddGap(NameGap gap)
    {
        if (gap == NameGap.None) return;
        _built = null;
        _gaps[gap] = _gaps.GetValueOrDefault(gap) + 1;
    }

    /// <param name="reason">Why it ended too early; null when it did not.</param>
    public void AddStack(StopReason? reason)
    {
        _stacks++;
        if (reason is not { } cut) return;
        _built = null;
        _cut[cut] = _cut.GetValueOrDefault(cut) + 1;
    }

    public SymbolQuality Build() => _built ??= new SymbolQuality
    {
        WithLines = _withLines,
        NameOnly = _nameOnly,
        Unnamed = _unnamed,
        CutStacks = _cut.OrderByDescending(c => c.Value).ToDictionary(c => c.Key.Sentence(), c => c.Value),
        NameGaps = _gaps.OrderByDescending(g => g.Value).ToDictionary(g => g.Key.Sentence(), g => g.Value),
        Hint = Hint(),
    };

    private string? Hint()
    {
        var named = _programWithLines + _programNameOnly;
        if (_programUnnamed > named)
        {
            return "The program has no symbols, so its frames are addresses: build it with strip = false, or give the unstripped file with --symbols.";
        }
        var cut = _cut.Values.Sum();
        if (cut * 10 > _stacks)
        {
            var most = _cut.MaxBy(c => c.Value).Key;
            var share = string.Create(CultureInfo.InvariantCulture, $"{100 * cut / _stacks} % of the stacks are cut off. {most.Sentence()}");
            return most is StopReason.NoUnwindInformation or StopReason.BadRules
                ? share + " Build with RUSTFLAGS=\"-C force-unwind-tables=yes\" or \"-C force-frame-pointers=yes\"."
                : share;
        }
        return _programNameOnly > _programWithLines && _programNameOnly > 0
            ? "No line information in the program, so inlined functions and lines are missing: build with debug = \"line-tables-only\" (or debug = 1) in [profile.release]."
            : null;
    }
}
