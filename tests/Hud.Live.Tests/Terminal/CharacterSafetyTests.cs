using System.Globalization;
using System.Text;
using Hud.Live.Terminal;

namespace Hud.Live.Tests.Terminal;

public sealed class CharacterSafetyTests
{
    [Fact]
    public void No_code_point_that_controls_a_terminal_or_hides_survives()
    {
        for (var codePoint = 0; codePoint <= 0x10FFFF; codePoint++)
        {
            var shown = CharacterSafety.Neutralize(codePoint);
            Assert.True(Rune.IsValid(shown));
            Assert.False(CharUnicodeInfo.GetUnicodeCategory(shown) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            Assert.InRange(CharacterSafety.Width(shown), 0, 2);
        }
    }

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("漢字", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("\e[31m", 5)]
    [InlineData("\u202E", 1)]
    public void Width_counts_columns(string text, int columns) => Assert.Equal(columns, CharacterSafety.Width(text));
}
