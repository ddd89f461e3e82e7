using CsCheck;

namespace Hud.Reporting.Tests;

public sealed class NameTextTests
{
    [Theory]
    [InlineData("plain <T as Ü>::名 🦀", "plain <T as Ü>::名 🦀")]
    [InlineData("a\nb\tc\r", "a\\nb\\tc\\r")]
    [InlineData("\e[31m\u009b0m\u007f", "\\u{1b}[31m\\u{9b}0m\\u{7f}")]
    [InlineData("\u202egnp\u2066\u2028", "\\u{202e}gnp\\u{2066}\\u{2028}")]
    public void Clean_writes_out_what_could_steer_a_terminal(string raw, string clean) => Assert.Equal(clean, NameText.Clean(raw));

    [Fact]
    public void Clean_text_is_valid_and_stays_as_it_is()
    {
        Gen.String.Sample(text =>
        {
            var clean = NameText.Clean(text);
            Assert.Equal(clean, NameText.Clean(clean));
            Assert.DoesNotContain(clean, c => char.IsControl(c));
            Assert.All(clean.EnumerateRunes().Select(r => r.Value), v => Assert.True(v != 0xfffd || text.Contains('\ufffd', StringComparison.Ordinal)));
        });
    }

    [Fact]
    public void Shortening_keeps_the_end_within_the_limit()
    {
        Assert.Equal("…::handlers::get", NameText.KeepEnd("very::long::path::to::handlers::get", 18));
        Gen.Select(Gen.String, Gen.Int[0, 20]).Sample((text, max) => Assert.True(NameText.KeepEnd(text, max).Length <= max));
    }
}
