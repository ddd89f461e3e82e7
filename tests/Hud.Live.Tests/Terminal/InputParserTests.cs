using System.Text;
using CsCheck;
using Hud.Live.Terminal;

namespace Hud.Live.Tests.Terminal;

public sealed class InputParserTests
{
    public static TheoryData<string, InputEvent> Sequences => new()
    {
        { "q", InputEvent.Of('q') },
        { "é", InputEvent.Of('é') },
        { "🦀", new InputEvent(Key.Character, 0x1F980) },
        { "\r", new InputEvent(Key.Enter) },
        { "\n", new InputEvent(Key.Enter) },
        { "\t", new InputEvent(Key.Tab) },
        { "\x7f", new InputEvent(Key.Backspace) },
        { "\x03", InputEvent.Control('c') },
        { "\x1a", InputEvent.Control('z') },
        { "\e[A", new InputEvent(Key.Up) },
        { "\eOB", new InputEvent(Key.Down) },
        { "\e[1;5C", new InputEvent(Key.Right, 0, KeyModifiers.Control) },
        { "\e[1;3D", new InputEvent(Key.Left, 0, KeyModifiers.Alt) },
        { "\e[H", new InputEvent(Key.Home) },
        { "\eOF", new InputEvent(Key.End) },
        { "\e[1~", new InputEvent(Key.Home) },
        { "\e[4~", new InputEvent(Key.End) },
        { "\e[5~", new InputEvent(Key.PageUp) },
        { "\e[6~", new InputEvent(Key.PageDown) },
        { "\e[6;2~", new InputEvent(Key.PageDown, 0, KeyModifiers.Shift) },
        { "\e[Z", new InputEvent(Key.BackTab) },
        { "\eOP", new InputEvent(Key.Function, 1) },
        { "\e[15~", new InputEvent(Key.Function, 5) },
        { "\e[24~", new InputEvent(Key.Function, 12) },
        { "\ex", new InputEvent(Key.Character, 'x', KeyModifiers.Alt) },
        { "\e[<0;10;5M", new InputEvent(Key.MousePress, 0, KeyModifiers.None, 9, 4) },
        { "\e[<64;1;1M", new InputEvent(Key.MouseWheelUp) },
        { "\e[<65;200;100M", new InputEvent(Key.MouseWheelDown, 0, KeyModifiers.None, 199, 99) },
        { "\e]11;rgb:ffff/8080/0000\e\\", new InputEvent(Key.BackgroundColor, 0xFF8000) },
        { "\e]11;rgb:1/2/f\a", new InputEvent(Key.BackgroundColor, 0x1122FF) },
    };

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Sequences_become_events(string bytes, InputEvent expected)
    {
        Assert.Equal([expected], Parse(Encoding.UTF8.GetBytes(bytes)));
        // The same, one byte at a time, as a slow line delivers it.
        var parser = new InputParser();
        List<InputEvent> events = [];
        foreach (var value in Encoding.UTF8.GetBytes(bytes)) parser.Feed([value], events);
        Assert.Equal([expected], events);
        Assert.False(parser.IsPending);
    }

    [Fact]
    public void A_lone_escape_waits_for_the_silence()
    {
        var parser = new InputParser();
        List<InputEvent> events = [];
        parser.Feed("\e"u8, events);
        Assert.Empty(events);
        Assert.True(parser.IsPending);
        parser.Flush(events);
        Assert.Equal([new InputEvent(Key.Escape)], events);
    }

    [Fact]
    public void Escape_then_a_key_sequence_is_both()
    {
        Assert.Equal([new InputEvent(Key.Escape), new InputEvent(Key.Up)], Parse("\e\e[A"u8));
    }

    [Theory]
    [InlineData("\e[?1;2c\e[0nj", "j")]
    [InlineData("\e[<0;10;5mj", "j")]
    [InlineData("\e[<35;10;5Mj", "j")]
    [InlineData("\eP1$r0m\e\\j", "j")]
    [InlineData("\e]11;rgb:zz/0/0\aj", "j")]
    public void What_nobody_asked_for_is_dropped(string bytes, string left)
    {
        Assert.Equal(left.Select(InputEvent.Of), Parse(Encoding.UTF8.GetBytes(bytes)));
    }

    [Fact]
    public void Ctrl_C_gets_out_of_a_paste_that_never_ends()
    {
        Assert.Equal([Pasted('a'), Pasted('b'), InputEvent.Control('c'), InputEvent.Of('q')], Parse("\e[200~ab\x03q"u8));
    }

    [Fact]
    public void Pasted_text_comes_as_such_without_line_ends_and_sequences() =>
        Assert.Equal([Pasted('r'), Pasted('m'), Pasted('é'), Pasted('q'), InputEvent.Of('j')], Parse("\e[200~rm\né\e[A\e[31mq\t\e[201~j"u8));

    private static InputEvent Pasted(char character) => new(Key.Pasted, character);

    [Fact]
    public void Any_bytes_are_read_without_an_exception_and_nothing_stays_behind()
    {
        var special = "\e[]O<;M"u8.ToArray();
        var bytes = Gen.Frequency((1, Gen.Byte), (1, Gen.Int[0, special.Length - 1].Select(i => special[i])));
        bytes.Array[0, 600].Sample(input =>
        {
            var parser = new InputParser();
            List<InputEvent> events = [];
            parser.Feed(input, events);
            parser.Flush(events);
            Assert.False(parser.IsPending);
        });
    }

    private static List<InputEvent> Parse(ReadOnlySpan<byte> bytes)
    {
        var parser = new InputParser();
        List<InputEvent> events = [];
        parser.Feed(bytes, events);
        parser.Flush(events);
        return events;
    }
}
