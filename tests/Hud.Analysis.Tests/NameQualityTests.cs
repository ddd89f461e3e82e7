using Hud.Analysis.Model;
using Hud.Analysis.Naming;
using Hud.Symbols.Symbolization;

namespace Hud.Analysis.Tests;

public sealed class NameQualityTests
{
    [Fact]
    public void Reasons_for_missing_names_are_counted_by_sentence_most_first()
    {
        var quality = new NameQuality();
        quality.AddGap(NameGap.NoLine);
        quality.AddGap(NameGap.None);
        Assert.Equal([NameGap.NoLine.Sentence()], quality.Build().NameGaps.Keys);
        quality.AddGap(NameGap.NoSymbols);
        quality.AddGap(NameGap.NoSymbols);
        Assert.Equal([(NameGap.NoSymbols.Sentence(), 2L), (NameGap.NoLine.Sentence(), 1L)], quality.Build().NameGaps.Select(g => (g.Key, g.Value)));
    }
}
