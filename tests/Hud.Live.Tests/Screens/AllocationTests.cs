using Hud.Analysis.Model;
using Hud.Live.Demo;
using Hud.Live.Terminal;

namespace Hud.Live.Tests.Screens;

public sealed class AllocationTests
{
    /// <summary>A frame of a running session may cost no more than this on the heap, whatever the window holds.</summary>
    private const long BytesPerFrame = 1024;

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4")]
    [InlineData("5")]
    [InlineData("1\r")]
    [InlineData("1\r\t")]
    [InlineData("1\r\t\t")]
    public void A_frame_allocates_next_to_nothing(string keys)
    {
        var report = SampleReports.Large(10_000) with { Futures = SampleReports.Exact().Futures };
        var view = new ViewHarness(report, 200, 60).WatchWorkers(report);
        foreach (var key in keys) view.Press(key switch { '\r' => new InputEvent(Key.Enter), '\t' => new InputEvent(Key.Tab), _ => InputEvent.Of(key) });
        var writer = new FrameWriter(ColorDepth.TrueColor, ascii: false);
        Draw(20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Draw(100);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, BytesPerFrame);

        void Draw(int frames)
        {
            for (var i = 0; i < frames; i++)
            {
                view.Redraw();
                writer.Write(view.Canvas.Cells);
            }
        }
    }
}
