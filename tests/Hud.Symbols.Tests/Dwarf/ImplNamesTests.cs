using Hud.Symbols.Dwarf;
using Hud.Symbols.Tests.Symbolization;

namespace Hud.Symbols.Tests.Dwarf;

/// <summary>Impl blocks, which debug information numbers, as the fixture's source has them.</summary>
public class ImplNamesTests
{
    [Theory]
    [InlineData("symbols_fixture::{impl#0}", "<symbols_fixture::Circle as symbols_fixture::Shape>")]
    [InlineData("symbols_fixture::{impl#1}", "<symbols_fixture::Rectangle as symbols_fixture::Shape>")]
    [InlineData("symbols_fixture::tasks::{impl#1}", "<symbols_fixture::tasks::Yield as core::future::future::Future>")]
    [InlineData("symbols_fixture::{impl#77}", null)]
    [InlineData("fixture::{impl#0}", null)]
    public void The_type_comes_from_a_function_of_the_block(string path, string? type) =>
        Assert.Equal(type, Scopes().Select(scopes => scopes.ImplType(path)).FirstOrDefault(t => t is not null));

    [Fact]
    public void Blocks_are_spelled_out_wherever_they_stand_in_a_name()
    {
        ScopeNames scopes = Scopes().First(s => s.ImplType("symbols_fixture::{impl#0}") is not null);
        Assert.Equal(
            "poll<<symbols_fixture::Circle as symbols_fixture::Shape>::area::{closure_env#0}, other::{impl#3}::f>",
            ImplNames.Spell("poll<symbols_fixture::{impl#0}::area::{closure_env#0}, other::{impl#3}::f>", scopes));
        Assert.Equal("{impl#", ImplNames.Spell("{impl#", scopes));
    }

    private static IEnumerable<ScopeNames> Scopes()
    {
        DwarfFile file = DwarfFile.Of(Fixture.Image(Fixture.Path("dev")), SymbolLimits.Default);
        var walker = new UnitWalker(SymbolLimits.Default);
        foreach (ulong offset in file.UnitOffsets.ToArray())
        {
            if (file.UnitAt(offset) is { } unit)
            {
                walker.Walk(unit, out ScopeNames names);
                yield return names;
            }
        }
    }
}
