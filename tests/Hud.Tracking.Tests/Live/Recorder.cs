using Hud.Tracking.Events;

namespace Hud.Tracking.Tests.Live;

/// <summary>Keeps the polls and stacks of a session.</summary>
internal sealed class Recorder : ITrackerSink
{
    public List<PollEvent> Polls { get; } = [];

    public List<StackEvent> Stacks { get; } = [];

    public void OnPoll(PollEvent poll) => Polls.Add(poll);

    public void OnPollWithdrawn(PollKey poll)
    {
    }

    public void OnStack(StackEvent stack) => Stacks.Add(stack);

    public void OnDriverStall(DriverStallEvent stall)
    {
    }

    public void OnThread(ThreadEvent thread)
    {
    }
}
