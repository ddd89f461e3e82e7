using Hud.Target;

namespace Hud.Tracking.Exact;

/// <summary>The poll functions of one module, numbered in a row with those of the others.</summary>
/// <param name="Index">Of the module, in <see cref="TrackerSession.Modules"/>.</param>
/// <param name="First">Number of its first poll function.</param>
internal sealed record PollFunctions(int Index, LoadedModule Module, PollSites Sites, int First);
