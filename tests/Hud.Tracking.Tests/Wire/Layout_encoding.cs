using Hud.Target;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Tests.Wire;

public sealed class Layout_encoding
{
    private static readonly TokioLayout Layout = new()
    {
        MultiThread = new SchedulerLayout
        {
            SchedulerTls = -0x68,
            ToContext = 0,
            ContextCore = 16,
            CoreTick = 32,
            Parker = new ParkerNiche(8, 8, 0),
        },
        Origin = "test",
    };

    [Fact]
    public void What_is_unknown_is_not_read()
    {
        var wire = LayoutEncoding.Encode(Layout);
        Assert.Equal(1, wire.Schedulers[0].Valid);
        Assert.Equal(0, wire.Schedulers[0].HasTaskId + wire.Schedulers[0].HasOwner + wire.Schedulers[0].TagSize);
        Assert.Equal(0, wire.Schedulers[1].Valid);
        Assert.Equal(0UL, wire.ModuleEntry);
    }

    [Theory]
    [InlineData(SchedulerLayout.WholeTick, 0xffff_ffffu)]
    [InlineData(1, 0xffu)]
    public void Turns_are_counted_in_as_many_bytes(int size, uint mask) =>
        Assert.Equal(mask, LayoutEncoding.Encode(new TokioLayout { MultiThread = Layout.MultiThread! with { TickSize = size }, Origin = "test" }).Schedulers[0].TickMask);

    [Fact]
    public void Shared_library_goes_through_the_thread_vector()
    {
        var wire = LayoutEncoding.Encode(Layout with { Dynamic = new DynamicTls(VectorOffset: 8, EntrySize: 16, ModuleId: 3) });
        Assert.Equal((8L, 48UL), (wire.VectorOffset, wire.ModuleEntry));
    }

    [Fact]
    public void Current_thread_is_parked_at_its_niche()
    {
        var current = new SchedulerLayout
        {
            SchedulerTls = -8,
            ToContext = 8,
            ContextCore = 24,
            CoreTick = 136,
            Parker = new ParkerNiche(40, 4, 2),
            Tag = new SchedulerTag(0, 8, 0),
        };
        var wire = LayoutEncoding.Encode(Layout with { CurrentThread = current }).Schedulers[1];
        Assert.Equal((2UL, (byte)4, 40, (byte)8), (wire.ParkedValue, wire.ParkedSize, wire.CorePark, wire.TagSize));
    }

    [Fact]
    public void Program_without_a_multi_thread_scheduler_has_the_other_alone()
    {
        var wire = LayoutEncoding.Encode(new TokioLayout { CurrentThread = Layout.MultiThread, Origin = "test" });
        Assert.Equal((0, 1), (wire.Schedulers[0].Valid, wire.Schedulers[1].Valid));
        Assert.Equal((byte)LayoutEncoding.CurrentThread, wire.Schedulers[1].Kind);
    }
}
