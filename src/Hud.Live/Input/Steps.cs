namespace Hud.Live.Input;

/// <summary>The thresholds and windows that <c>+</c>, <c>-</c> and <c>w</c> step through, in nanoseconds.</summary>
internal static class Steps
{
    private const long Ms = 1_000_000;
    private const long Second = 1_000_000_000;

    private static readonly long[] Thresholds =
        [Ms / 10, Ms / 5, Ms / 2, Ms, 2 * Ms, 5 * Ms, 10 * Ms, 20 * Ms, 50 * Ms, 100 * Ms, 200 * Ms, 500 * Ms, Second, 2 * Second, 5 * Second, 10 * Second];

    private static readonly long?[] Windows = [10 * Second, 30 * Second, 60 * Second, 300 * Second, 900 * Second, null];

    /// <summary>The next step above or below; the value itself at the end of the scale.</summary>
    public static long Threshold(long now, int direction)
    {
        if (direction > 0)
        {
            foreach (var step in Thresholds)
            {
                if (step > now) return step;
            }
            return now;
        }
        for (var i = Thresholds.Length - 1; i >= 0; i--)
        {
            if (Thresholds[i] < now) return Thresholds[i];
        }
        return now;
    }

    /// <summary>The next longer window; after the longest the whole session, after that the shortest.</summary>
    public static long? Window(long? now)
    {
        if (now is null) return Windows[0];
        foreach (var step in Windows)
        {
            if (step is null || step > now) return step;
        }
        return null;
    }
}
