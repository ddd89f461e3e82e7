using Hud.Target;

namespace Hud.Tracking.Calibration;

/// <summary>What is known of a Tokio by its version; of one that does not tell, what new ones have.</summary>
/// <param name="HasTaskIds">See <see cref="TokioPresence.HasTaskIds"/>.</param>
/// <param name="TickSize">Of <c>Core.tick</c>, in bytes.</param>
internal readonly record struct SchedulerTraits(bool HasTaskIds, int TickSize)
{
    public static SchedulerTraits Of(TokioPresence presence) => new(presence.HasTaskIds, presence.CountsTurnsInByte ? 1 : SchedulerLayout.WholeTick);
}
