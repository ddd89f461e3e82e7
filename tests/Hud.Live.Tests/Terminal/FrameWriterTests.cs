using CsCheck;
using Hud.Live.Terminal;

namespace Hud.Live.Tests.Terminal;

public sealed class FrameWriterTests
{
    private const int Width = 20;
    private const int Height = 4;

    private static readonly string[] Texts =
    [
        "plain", "föö bär", "漢字テスト", "a\u0301e\u0308", "\e[31mred\e[0m", "\u009b2J", "a\rb\nc\td\b", "x\u202Ey\u2066z", "🦀 crab", "\uD800", "", "        ", "\u0000\u007f", "漢",
    ];

    [Fact]
    public void The_terminal_shows_the_buffer_after_any_series_of_frames()
    {
        var write = Gen.Select(Gen.Int[-2, Width], Gen.Int[-1, Height], Gen.Int[0, Width], Gen.Int[0, Texts.Length - 1].Select(i => Texts[i]), Gen.Int[0, 3]);
        write.Array[1, 6].Array[1, 8].Sample(frames =>
        {
            var writer = new FrameWriter(ColorDepth.TrueColor, ascii: false);
            var screen = new ScreenEmulator(Width, Height);
            var buffer = new CellBuffer(Width, Height);
            foreach (var frame in frames)
            {
                buffer.Resize(Width, Height);
                foreach (var (x, y, width, text, style) in frame)
                    buffer.Write(x, y, width, text, new Style(new Color(style * 1000, style), default, (TextAttributes)style));
                var expected = buffer.ToText();
                screen.Feed(writer.Write(buffer));
                Assert.Equal(expected, screen.ToText());
            }
        });
    }

    [Fact]
    public void An_equal_frame_writes_nothing()
    {
        var writer = new FrameWriter(ColorDepth.Ansi16, ascii: false);
        var buffer = new CellBuffer(Width, Height);
        for (var frame = 0; frame < 3; frame++)
        {
            buffer.Resize(Width, Height);
            buffer.Write(0, 0, Width, "same", default);
            var bytes = writer.Write(buffer).Length;
            Assert.Equal(frame > 0, bytes == 0);
        }
    }

    [Fact]
    public void A_changed_cell_costs_a_few_bytes()
    {
        var writer = new FrameWriter(ColorDepth.TrueColor, ascii: false);
        var buffer = new CellBuffer(200, 60);
        writer.Write(buffer);
        buffer.Resize(200, 60);
        buffer.Write(17, 30, 1, "x", default);
        Assert.InRange(writer.Write(buffer).Length, 1, 60);
    }

    [Fact]
    public void A_resize_and_an_invalidation_paint_everything()
    {
        var writer = new FrameWriter(ColorDepth.None, ascii: false);
        var buffer = new CellBuffer(Width, Height);
        buffer.Write(0, 0, Width, "text", default);
        writer.Write(buffer);
        buffer.Resize(Width, Height);
        buffer.Write(0, 0, Width, "text", default);
        writer.Invalidate();
        var screen = new ScreenEmulator(Width, Height);
        screen.Feed(writer.Write(buffer));
        Assert.StartsWith("text\n", screen.ToText(), StringComparison.Ordinal);

        var larger = new ScreenEmulator(Width + 5, Height);
        buffer.Resize(Width + 5, Height);
        buffer.Write(0, 0, Width, "text", default);
        larger.Feed(writer.Write(buffer));
        Assert.StartsWith("text\n", larger.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ascii_mode_sends_ascii_only_and_keeps_the_columns()
    {
        var writer = new FrameWriter(ColorDepth.None, ascii: true);
        var buffer = new CellBuffer(Width, 1);
        buffer.Write(0, 0, Width, "é漢a\u0301|", default);
        var bytes = writer.Write(buffer).ToArray();
        Assert.All(bytes, b => Assert.InRange(b, 0x07, 0x7E));
        var screen = new ScreenEmulator(Width, 1);
        screen.Feed(bytes);
        Assert.Equal("????"[..3] + "a|\n", screen.ToText());
    }

    [Theory]
    [InlineData(ColorDepth.None, "0;1")]
    [InlineData(ColorDepth.Ansi16, "0;1;91;44")]
    [InlineData(ColorDepth.Palette256, "0;1;38;5;203;48;5;17")]
    [InlineData(ColorDepth.TrueColor, "0;1;38;2;255;107;107;48;2;0;0;90")]
    public void Styles_follow_the_colour_depth(ColorDepth depth, string sgr)
    {
        var writer = new FrameWriter(depth, ascii: false);
        var buffer = new CellBuffer(Width, 1);
        buffer.Write(0, 0, Width, "x", new Style(new Color(0xFF6B6B, 9), new Color(0x00005A, 4), TextAttributes.Bold));
        var screen = new ScreenEmulator(Width, 1);
        screen.Feed(writer.Write(buffer));
        Assert.Contains(sgr, screen.Sgr);
    }

    [Fact]
    public void Every_palette_colour_finds_itself()
    {
        for (var index = 232; index < 256; index++)
        {
            var level = 8 + 10 * (index - 232);
            Assert.Equal(level, Level(SgrWriter.ToPalette(level << 16 | level << 8 | level)));
        }
        Assert.Equal(16, SgrWriter.ToPalette(0));
        Assert.Equal(231, SgrWriter.ToPalette(0xFFFFFF));
        Assert.Equal(196, SgrWriter.ToPalette(0xFF0000));

        static int Level(int index) => index >= 232 ? 8 + 10 * (index - 232) : (index - 16) % 6 is var step && step == 0 ? 0 : 55 + 40 * step;
    }
}
