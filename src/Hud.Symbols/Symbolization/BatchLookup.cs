using System.Runtime.InteropServices;

namespace Hud.Symbols.Symbolization;

/// <summary>
/// Looks up many addresses at once, side by side. All addresses of a unit go to one worker: nothing is read twice, and the frames do not depend on
/// how the workers are scheduled.
/// </summary>
public static class BatchLookup
{
    /// <summary>What an address costs next to a byte of its unit: measured on Rust release programs.</summary>
    private const ulong BytesPerAddress = 1_000;

    /// <summary>The frames of each of <paramref name="addresses"/>, in their order, as <see cref="Symbolizer"/> gives them one by one.</summary>
    /// <param name="create">Makes the symbolizer of one worker; called on the calling thread.</param>
    /// <param name="workers">How many work side by side, the calling thread included; at least 1.</param>
    public static SourceFrame[][] Run(Func<Symbolizer> create, ReadOnlySpan<ulong> addresses, int workers)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ulong[] sorted = addresses.ToArray();
        int[] places = new int[sorted.Length];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = i;
        }

        Array.Sort(sorted, places);
        var frames = new SourceFrame[sorted.Length][];
        Symbolizer first = create();
        if (workers == 1)
        {
            first.LookupSorted(sorted, places, frames);
            return frames;
        }

        Share[] shares = Split(first, sorted, places, workers);
        var others = new List<Thread>();
        foreach (Share share in shares.AsSpan(1))
        {
            if (share.Addresses.Count > 0)
            {
                Symbolizer symbolizer = create();
                var thread = new Thread(() => share.LookUp(symbolizer, frames)) { IsBackground = true };
                thread.Start();
                others.Add(thread);
            }
        }

        shares[0].LookUp(first, frames);
        others.ForEach(thread => thread.Join());
        return frames;
    }

    private sealed class Share
    {
        public List<ulong> Addresses { get; } = [];

        public List<int> Places { get; } = [];

        public ulong Weight { get; set; }

        public void LookUp(Symbolizer symbolizer, SourceFrame[][] frames) =>
            symbolizer.LookupSorted(CollectionsMarshal.AsSpan(Addresses), CollectionsMarshal.AsSpan(Places), frames);
    }

    /// <summary>Units by descending weight, each to the share that has least: no share ends up with much more than another unless one unit is that large.</summary>
    private static Share[] Split(Symbolizer symbolizer, ulong[] sorted, int[] places, int workers)
    {
        var weights = new Dictionary<ulong, ulong>();
        ulong[] units = new ulong[sorted.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            units[i] = symbolizer.TryFindUnit(sorted[i], out ulong offset, out ulong length) ? offset : ulong.MaxValue;
            ref ulong weight = ref CollectionsMarshal.GetValueRefOrAddDefault(weights, units[i], out bool known);
            weight += BytesPerAddress + (known ? 0 : length);
        }

        var shares = new Share[workers];
        for (int i = 0; i < workers; i++)
        {
            shares[i] = new Share();
        }

        var shareOf = new Dictionary<ulong, Share>();
        foreach ((ulong unit, ulong weight) in weights.OrderByDescending(w => w.Value).ThenBy(w => w.Key))
        {
            Share share = shares.MinBy(s => s.Weight)!;
            share.Weight += weight;
            shareOf.Add(unit, share);
        }

        for (int i = 0; i < sorted.Length; i++)
        {
            Share share = shareOf[units[i]];
            share.Addresses.Add(sorted[i]);
            share.Places.Add(places[i]);
        }

        return shares;
    }
}
