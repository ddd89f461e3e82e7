using System.Reflection;
using Hud.Analysis.Model;
using Hud.Live.Demo;
using Hud.Live.Screens;
using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Tests.Screens;

/// <summary>Every screen as text, in two sizes and in the states that matter.</summary>
public sealed class GoldenScreenTests
{
    private static readonly (int Width, int Height)[] Sizes = [(80, 24), (120, 40)];

    public static TheoryData<string> States => new(
        nameof(SampleReports.Idle), nameof(SampleReports.NoWorkers), nameof(SampleReports.LostEvents), nameof(SampleReports.Starved), nameof(SampleReports.OneBlocker),
        nameof(SampleReports.Many), nameof(SampleReports.StuckNow), nameof(SampleReports.NoSymbols), nameof(SampleReports.Hostile));

    [Theory]
    [MemberData(nameof(States))]
    public void Blockers(string state) => Check($"blockers-{state}", state, view => view);

    [Theory]
    [InlineData(nameof(SampleReports.Many))]
    [InlineData(nameof(SampleReports.Hostile))]
    [InlineData(nameof(SampleReports.NoSymbols))]
    [InlineData(nameof(SampleReports.Starved))]
    public void Detail(string state) => Check($"detail-{state}", state, view => view.Press(Key.Enter));

    [Fact]
    public void Distribution() => Check("distribution", nameof(SampleReports.Many), view => view.Press(Key.Enter, Key.Tab));

    [Fact]
    public void Flame_graph() => Check("flame", nameof(SampleReports.Many), view => view.Press(Key.Enter, Key.Tab, Key.Tab, Key.Right));

    [Fact]
    public void Workers() => Check("workers", nameof(SampleReports.StuckNow), view => view.WatchWorkers(SampleReports.StuckNow()).Type("2").Press(Key.Down, Key.Left, Key.Left));

    [Fact]
    public void Workers_of_a_saved_report() => Check("workers-saved", nameof(SampleReports.Many), view => view.Type("2"), live: false);

    [Theory]
    [InlineData(nameof(SampleReports.Idle))]
    [InlineData(nameof(SampleReports.StuckNow))]
    [InlineData(nameof(SampleReports.Hostile))]
    public void Events(string state) => Check($"events-{state}", state, view => view.Type("3"));

    [Theory]
    [InlineData(nameof(SampleReports.Many))]
    [InlineData(nameof(SampleReports.NoSymbols))]
    [InlineData(nameof(SampleReports.LostEvents))]
    public void Status(string state) => Check($"status-{state}", state, view => view.Type("4"));

    [Fact]
    public void Futures() => Check("futures", nameof(SampleReports.Exact), view => view.Type("5"));

    [Fact]
    public void Help() => Check("help", nameof(SampleReports.Many), view => view.Type("?"));

    [Fact]
    public void Filter() => Check("filter", nameof(SampleReports.Many), view => view.Type("/cause:lock"));

    [Fact]
    public void Muted() => Check("muted", nameof(SampleReports.Many), view => view.Type("mjm"));

    [Fact]
    public void Ascii() => Check("ascii", nameof(SampleReports.StuckNow), view => view.Press(Key.Enter), ascii: true);

    /// <summary>What does not fit is marked: more workers than rows, and threads that are no numbered worker with ids of seven digits.</summary>
    [Fact]
    public void Many_workers()
    {
        var report = SampleReports.Empty();
        report = report with { Workers = [.. SampleReports.Workers(32, 0.1, 0, 0), .. SampleReports.Workers(1, 0.1, 0, 0).Select(w => w with { Tid = 4194304, Index = null, Name = "main" })] };
        var view = new ViewHarness(report, live: false).Type("2G");
        Golden.Check(view.Draw(), "workers-many");
    }

    /// <summary>The smallest screen: the footer keeps its row, and a worker's strip stays long enough to say something.</summary>
    [Fact]
    public void Smallest()
    {
        var view = new ViewHarness(SampleReports.StuckNow(), LiveScreen.MinimumWidth, LiveScreen.MinimumHeight).WatchWorkers(SampleReports.StuckNow());
        Golden.Check(view.Type("2").Draw(), "workers-40x10");
        Golden.Check(view.Type("1").Press(Key.Enter).Draw(), "detail-40x10");
    }

    /// <summary>A row in reverse that kept its colours would be patches, and unreadable ones.</summary>
    [Theory]
    [InlineData(ColorDepth.None)]
    [InlineData(ColorDepth.Ansi16)]
    public void With_few_colours_the_selected_row_is_reversed_in_one_piece(ColorDepth depth)
    {
        var view = new ViewHarness(SampleReports.Many());
        view.Canvas.Theme = Theme.For(light: false, depth);
        view.Draw();
        var row = view.Canvas.Targets.First(t => t.Kind == TargetKind.Row).Area.Y;
        foreach (var cell in view.Canvas.Cells.Row(row)[..^1])
        {
            Assert.True(cell.Style.Foreground.IsDefault && cell.Style.Background.IsDefault);
            Assert.True((cell.Style.Attributes & TextAttributes.Reverse) != 0);
        }
    }

    [Fact]
    public void Before_the_first_report() => Golden.Check(new ViewHarness(null).Draw(), "waiting");

    private static void Check(string name, string state, Func<ViewHarness, ViewHarness> drive, bool live = true, bool ascii = false)
    {
        var report = (Report)typeof(SampleReports).GetMethod(state, BindingFlags.Public | BindingFlags.Static, [])!.Invoke(null, null)!;
        foreach (var (width, height) in Sizes)
        {
            var text = drive(new ViewHarness(report, width, height, live, ascii)).Draw();
            Golden.Check(text, $"{name}-{width}x{height}");
        }
    }
}
