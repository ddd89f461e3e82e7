using Hud.Target;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Choice;

/// <summary>Which of the process's modules with Tokio in them are followed and how, and why the others are not.</summary>
internal sealed class ModulePlans
{
    private readonly TrackerOptions _options;
    private readonly List<FollowedModule> _followed = [];
    private readonly List<(TokioModule Module, string Reason)> _left = [];

    /// <exception cref="HudException">The tracker that was asked for can serve none of them.</exception>
    public ModulePlans(IReadOnlyList<TokioModule> modules, TrackerOptions options)
    {
        _options = options;
        HudException? refusal = null;
        // Waits are judged without a look at any module.
        if (options.Tracker != TrackerPlan.Scheduler)
        {
            foreach (var module in modules)
                _ = TryFollow(module, ref refusal);
        }
        if (_followed.Count > 0)
            return;
        if (refusal is not null)
            throw refusal;
        _left.Clear();
        Add(modules[0], TrackerPlan.For(modules[0], options));
    }

    /// <summary>One at least, by index.</summary>
    public IReadOnlyList<FollowedModule> Followed => _followed;

    /// <summary>Those that are not, with the reason as a sentence without its full stop.</summary>
    public IReadOnlyList<(TokioModule Module, string Reason)> Left => _left;

    /// <summary>A module that was loaded later.</summary>
    /// <returns>Null where it is not followed.</returns>
    public FollowedModule? TryFollow(TokioModule module)
    {
        HudException? refusal = null;
        return _options.Tracker == TrackerPlan.Scheduler ? null : TryFollow(module, ref refusal);
    }

    private FollowedModule? TryFollow(TokioModule module, ref HudException? refusal)
    {
        try
        {
            var plan = TrackerPlan.For(module, _options);
            if (plan.Tracker == TrackerPlan.Scheduler)
                _left.Add((module, plan.Reason));
            else if (_followed.Count == Layouts.Count)
                _left.Add((module, $"hud follows {Layouts.Count} programs and libraries of a process at most"));
            else
                return Add(module, plan);
        }
        catch (HudException e)
        {
            refusal ??= e;
            _left.Add((module, e.Message));
        }
        return null;
    }

    private FollowedModule Add(TokioModule module, TrackerPlan plan)
    {
        var pollFunctions = _followed.Sum(m => m.Functions?.Sites.RawPoll.Count ?? 0);
        var followed = new FollowedModule(_followed.Count, module, plan, pollFunctions);
        _followed.Add(followed);
        return followed;
    }
}
