namespace Hud.Tracking.Calibration;

/// <summary>One derived number, or why it is not known yet.</summary>
internal readonly record struct Proof<T>(T? Value, string? Missing)
    where T : struct
{
    public bool Holds => Value is not null;

    public static implicit operator Proof<T>(T value) => new(value, null);

    public static Proof<T> Not(string why) => new(null, why);
}
