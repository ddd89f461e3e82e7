using Hud.Analysis.Model;
using Hud.Analysis.Rules;

namespace Hud.Analysis.Session;

/// <summary>What one stack of a poll tells about the others of the same poll, which by themselves look like something else.</summary>
internal sealed class PollContext
{
    private readonly bool _startsChild;
    private readonly StackPart? _majorFault;

    /// <param name="startedChild">The tracker saw the poll start one; no stack may have been taken just then.</param>
    public PollContext(IReadOnlyList<StackPart> parts, bool startedChild)
    {
        _startsChild = startedChild;
        foreach (var part in parts)
        {
            _startsChild |= part.Cause == Causes.Process;
            if (_majorFault is null && part is { Asleep: true, Cause: Causes.PageFault }) _majorFault = part;
        }
    }

    public StackPart Apply(StackPart part)
    {
        if (_startsChild && part.Asleep && IsWaitForChild(part)) return part with { Cause = Causes.Process, Detail = part.Detail + ", in a poll that starts a child" };
        if (_majorFault is { } fault && part is { Asleep: false, Cause: Causes.Cpu } && PageFaultRule.IsInHandler(part.Stack.Frames)) return part with { Cause = Causes.PageFault, Detail = fault.Detail };
        return part;
    }

    /// <summary>
    /// In a poll that starts a child, waiting for pipes is waiting for the child. Where the functions of the standard library
    /// are inlined away, nothing else tells.
    /// </summary>
    private static bool IsWaitForChild(StackPart part) =>
        part.Cause == Causes.Pipe || part.Detail?.StartsWith("poll of ", StringComparison.Ordinal) == true;
}
