namespace Hud.Live.Model;

/// <summary>
/// The time axis that all workers' slices share: a ring of at most <see cref="Slices"/> slices. With a window the slices are
/// as wide as the window needs; without one the width doubles whenever the ring is full, so a session of any length fits.
/// </summary>
internal sealed class TimeAxis
{
    public const int Slices = 1024;
    public const long FinestNs = 100_000_000;

    public long OriginNs { get; private set; }
    public long SliceNs { get; private set; } = FinestNs;
    public int Capacity { get; private set; } = Slices;

    /// <summary>Number of the newest slice, counted from the origin; -1 before the first.</summary>
    public long Newest { get; private set; } = -1;

    public long Oldest => Math.Max(0, Newest - Capacity + 1);
    public long StartNs => OriginNs + Oldest * SliceNs;
    public long EndNs => OriginNs + (Newest + 1) * SliceNs;

    private bool _coarsens;

    public void Start(long originNs, long? windowNs)
    {
        OriginNs = originNs;
        Newest = -1;
        _coarsens = windowNs is null;
        SliceNs = windowNs is { } window ? Math.Max(FinestNs, (window + Slices - 1) / Slices) : FinestNs;
        Capacity = windowNs is { } width ? (int)Math.Clamp((width + SliceNs - 1) / SliceNs, 1, Slices) : Slices;
    }

    /// <summary>Moves on to the slice of <paramref name="timeNs"/>.</summary>
    /// <returns>How many times pairs of slices have to be merged; after that the width has doubled as often.</returns>
    public int Advance(long timeNs)
    {
        var merges = 0;
        while (_coarsens && (timeNs - OriginNs) / SliceNs >= Capacity)
        {
            SliceNs *= 2;
            Newest = Newest < 0 ? -1 : Newest / 2;
            merges++;
        }
        Newest = Math.Max(Newest, (timeNs - OriginNs) / SliceNs);
        return merges;
    }

    public void CopyFrom(TimeAxis other) =>
        (OriginNs, SliceNs, Capacity, Newest, _coarsens) = (other.OriginNs, other.SliceNs, other.Capacity, other.Newest, other._coarsens);
}
