using Hud.Symbols.Elf;
using Hud.Symbols.Symbolization;

namespace Hud.Symbols.Tests.Symbolization;

public class SymbolizerTests
{
    [Fact]
    public void A_warm_lookup_allocates_nothing()
    {
        ElfImage image = Fixture.Image(Fixture.Path("release-debug"));
        ElfSection text = image.Sections.First(s => s.Name == ".text");
        var symbolizer = new Symbolizer(image, SymbolLimits.Default);
        var frames = new List<SourceFrame>(64);
        for (ulong i = 0; i < 100; i++)
        {
            frames.Clear();
            symbolizer.Lookup(text.Address + text.Size / 100 * i, frames);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong i = 0; i < 100; i++)
        {
            frames.Clear();
            symbolizer.Lookup(text.Address + text.Size / 100 * i, frames);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void An_address_outside_the_code_has_no_frames()
    {
        var symbolizer = new Symbolizer(Fixture.Image(Fixture.Path("release-debug")), SymbolLimits.Default);
        var frames = new List<SourceFrame>();
        Assert.Equal(0, symbolizer.Lookup(ulong.MaxValue, frames));
        Assert.Equal(0, symbolizer.Lookup(1, frames));
        Assert.Empty(frames);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_batch_says_what_single_lookups_say(int workers)
    {
        ElfImage image = Fixture.Image(Fixture.Path("release-debug"));
        ElfSection text = image.Sections.First(s => s.Name == ".text");
        var random = new Random(3);
        ulong[] addresses = [1, ulong.MaxValue, .. Enumerable.Range(0, 2_000).Select(_ => text.Address + (ulong)random.NextInt64((long)text.Size))];
        addresses = [.. addresses, addresses[7], addresses[7]];
        var symbolizer = new Symbolizer(image, SymbolLimits.Default);
        SourceFrame[][] batch = BatchLookup.Run(() => new Symbolizer(image, SymbolLimits.Default), addresses, workers);
        Assert.Equal(addresses.Length, batch.Length);
        for (int i = 0; i < addresses.Length; i++)
        {
            var single = new List<SourceFrame>();
            symbolizer.Lookup(addresses[i], single);
            Assert.Equal(single, batch[i]);
        }
    }
}
