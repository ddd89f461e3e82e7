using Hud.Analysis.Model;
using Hud.Analysis.Reading;

namespace Hud.Analysis.Session;

/// <summary>One distinct stack with its reading. Two stacks are the same when their functions and lines are, whatever the addresses.</summary>
internal sealed class StackEntry(IReadOnlyList<Frame> frames, bool cut, int hash) : IEquatable<StackEntry>
{
    private readonly int _hash = hash;

    public IReadOnlyList<Frame> Frames { get; } = frames;

    /// <summary>Unwinding stopped before the bottom.</summary>
    public bool Cut { get; } = cut;
    public StackReading Reading { get; } = StackReader.Read(frames);

    /// <summary>The culprit may lie in the part that is missing.</summary>
    public bool CulpritMissing => Cut && !Reading.HasUserFrame;

    public static bool SameFrame(Frame a, Frame b) =>
        ReferenceEquals(a, b) || (a.Line == b.Line && a.Inlined == b.Inlined && a.Function == b.Function);

    public bool Equals(StackEntry? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || other._hash != _hash || other.Cut != Cut || other.Frames.Count != Frames.Count) return false;
        for (var i = 0; i < Frames.Count; i++)
        {
            if (!SameFrame(Frames[i], other.Frames[i])) return false;
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as StackEntry);

    public override int GetHashCode() => _hash;
}

/// <summary>Interns stacks and finds, for one that was cut off, whole ones that it is the inner part of.</summary>
internal sealed class StackTable(int capacity = 8_192)
{
    private readonly Dictionary<StackEntry, StackEntry> _entries = [];

    /// <summary>Whole stacks with a user frame by the innermost frame in user space.</summary>
    private readonly Dictionary<string, List<StackEntry>> _whole = new(StringComparer.Ordinal);

    /// <summary>Goes up when a stack arrives that a cut one may be part of.</summary>
    public int Version { get; private set; }

    public StackEntry Intern(IReadOnlyList<Frame> frames, bool cut)
    {
        var hash = new HashCode();
        foreach (var frame in frames)
        {
            hash.Add(frame.Function, StringComparer.Ordinal);
            hash.Add(frame.Line);
        }
        var entry = new StackEntry(frames, cut, hash.ToHashCode());
        if (_entries.TryGetValue(entry, out var known)) return known;

        if (_entries.Count >= capacity)
        {
            _entries.Clear();
            _whole.Clear();
        }
        _entries.Add(entry, entry);
        if (entry.Reading.HasUserFrame && !cut) Index(entry);
        return entry;
    }

    /// <summary>
    /// Whole stacks that begin, in user space, with the frames of <paramref name="cut"/>. The last frame before the cut
    /// may be damaged and is left out of the comparison if others remain.
    /// </summary>
    public IEnumerable<StackEntry> Completions(StackEntry cut)
    {
        var first = FirstUserSpace(cut.Frames);
        var length = cut.Frames.Count - first;
        if (length <= 0 || !_whole.TryGetValue(cut.Frames[first].Function, out var candidates)) yield break;
        foreach (var candidate in candidates)
        {
            var at = FirstUserSpace(candidate.Frames);
            if (candidate.Frames.Count - at < length) continue;
            var same = 0;
            while (same < length && StackEntry.SameFrame(cut.Frames[first + same], candidate.Frames[at + same])) same++;
            if (same == length || (same >= 3 && same == length - 1)) yield return candidate;
        }
    }

    private void Index(StackEntry entry)
    {
        var first = FirstUserSpace(entry.Frames);
        if (first == entry.Frames.Count) return;
        if (!_whole.TryGetValue(entry.Frames[first].Function, out var list)) _whole.Add(entry.Frames[first].Function, list = []);
        list.Add(entry);
        Version++;
    }

    private static int FirstUserSpace(IReadOnlyList<Frame> frames)
    {
        var i = 0;
        while (i < frames.Count && frames[i].Kind == FrameKind.Kernel) i++;
        return i;
    }
}
