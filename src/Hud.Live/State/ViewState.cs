using Hud.Analysis;
using Hud.Analysis.Model;
using Hud.Live.Model;
using Hud.Live.View;

namespace Hud.Live.State;

internal enum ScreenKind
{
    Blockers, Workers, Events, Status, Futures,
}

internal enum DetailPane
{
    Stacks, Distribution, Flame,
}

/// <summary>Where the user is and what is selected. Keys change it, screens only read it.</summary>
internal sealed class ViewState(MutedPlaces muted)
{
    public ScreenKind Screen { get; set; }
    public BlockerList Blockers { get; } = new(muted);
    public EventList Events { get; } = new();
    public WorkerList Workers { get; } = new();
    public FlameState Flame { get; } = new();

    /// <summary>Durations of the open blocker's polls.</summary>
    public IReadOnlyList<DurationBucket> Histogram { get; private set; } = [];

    /// <summary>Its time by worker, most first; under a thread id of that worker.</summary>
    public IReadOnlyList<WorkerShare> WorkerShares { get; private set; } = [];
    public WorkerStrips Strips { get; } = new();

    /// <summary>Id of the blocker whose detail is open.</summary>
    public string? DetailId { get; set; }
    public DetailPane Pane { get; set; }

    private Blocker? _brokenDown;
    private IReadOnlyList<Frame>? _shownStack;

    /// <summary>Which of the blocker's stacks is shown.</summary>
    public int StackNumber { get; private set; }

    /// <summary>First line to show of what scrolls; null: where it begins by itself.</summary>
    public int? Scroll { get; set; }
    public bool ShowsHelp { get; set; }
    public bool Paused { get; set; }

    /// <summary>True while the filter is being typed.</summary>
    public bool EditsFilter { get; set; }
    public Filter Filter { get; set; } = Filter.None;

    /// <summary>One line for the footer, until the next key.</summary>
    public string? Message { get; set; }
    public bool MessageIsError { get; set; }

    /// <summary>Brings lists and selections in line with a new frame. Call before drawing.</summary>
    public void Settle(LiveFrame frame)
    {
        Blockers.Settle(frame, Filter);
        Events.Settle(frame, Filter);
        Workers.Settle(frame);
        if (DetailId is not null && frame.Index.Blocker(DetailId) is { } blocker)
        {
            KeepStack(blocker);
            Flame.Settle(blocker);
            if (ReferenceEquals(_brokenDown, blocker)) return;
            (Histogram, WorkerShares, _brokenDown) = (Breakdown.Histogram(frame.Report!, blocker.Id), ByWorker(frame, blocker), blocker);
        }
    }

    /// <summary>The report has a share for each thread; block_in_place makes several of them take turns to be one worker.</summary>
    private static IReadOnlyList<WorkerShare> ByWorker(LiveFrame frame, Blocker blocker) =>
    [
        .. blocker.WorkerShares
            .GroupBy(share => frame.Index.Worker(share.Tid) is { Index: { } index } worker ? (worker.Runtime, index, 0) : (0, 0, share.Tid))
            .Select(g => new WorkerShare(g.First().Tid, g.Sum(s => s.Count), g.Sum(s => s.Ns)))
            .OrderByDescending(s => s.Ns),
    ];

    /// <summary>The blocker that is open, or selected on this screen.</summary>
    public Blocker? Shown(LiveFrame frame) => DetailId is not null ? frame.Index.Blocker(DetailId) : Screen switch
    {
        ScreenKind.Events => frame.Index.Blocker(Events.Selected?.Blocker),
        ScreenKind.Workers => frame.Stuck.Find(stuck => stuck.Tid == Workers.SelectedTid).Blocker,
        ScreenKind.Blockers => Blockers.Selected,
        _ => null,
    };

    public void Open(string blockerId)
    {
        if (Screen == ScreenKind.Blockers) Blockers.Move(0);
        (DetailId, Pane, StackNumber, Scroll) = (blockerId, DetailPane.Stacks, 0, null);
        _shownStack = null;
        Flame.Reset();
    }

    /// <summary>Another of the open blocker's stacks, by its number; it opens where it begins by itself.</summary>
    public void ShowStack(int number)
    {
        (StackNumber, Scroll, _shownStack) = (number, null, null);
    }

    public void ShowPane(DetailPane pane) => (Pane, Scroll) = (pane, null);

    public void ScrollBy(int rows, Canvas shown)
    {
        if (rows != 0) Scroll = (int)Math.Clamp((long)shown.Scrolled + rows, 0, shown.MostScroll);
    }

    /// <summary>A newer report ranks the stacks anew: the number follows the stack that is looked at.</summary>
    private void KeepStack(Blocker blocker)
    {
        if (blocker.Stacks.Count == 0) return;
        if (_shownStack is { } shown && !ReferenceEquals(shown, blocker.Stacks[Math.Min(StackNumber, blocker.Stacks.Count - 1)].Frames))
        {
            for (var i = 0; i < blocker.Stacks.Count; i++)
            {
                if (!blocker.Stacks[i].Frames.SequenceEqual(shown)) continue;
                StackNumber = i;
                break;
            }
        }
        StackNumber = Math.Clamp(StackNumber, 0, blocker.Stacks.Count - 1);
        _shownStack = blocker.Stacks[StackNumber].Frames;
    }
}
