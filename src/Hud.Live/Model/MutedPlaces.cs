using Hud.Analysis.Model;
using Hud.Reporting;
using Hud.Target;

namespace Hud.Live.Model;

/// <summary>
/// The blockers that the user has marked as known, kept from session to session in a text file in the format of
/// <c>hud check --allow</c>. A file that cannot be used is left alone: marks then last as long as the view.
/// </summary>
public sealed class MutedPlaces
{
    private readonly MuteFile? _file;
    private List<string> _lines = [];
    private AllowList _rules = AllowList.Empty;

    /// <param name="file">Null: marks last as long as the view.</param>
    public MutedPlaces(MuteFile? file = null)
    {
        _file = file;
        if (file is null) return;
        try
        {
            Use(file.Read());
        }
        catch (HudException e)
        {
            (Problem, _file) = ($"muted for this view only: {e.Message}", null);
        }
    }

    /// <summary>Why marks are not kept, as a sentence; null while they are.</summary>
    public string? Problem { get; private set; }

    internal bool Contains(Blocker blocker) => _rules.LineFor(blocker) is not null;

    /// <summary>Marks it, or takes the mark back, and keeps that.</summary>
    /// <returns>What happened, as a sentence for the status line.</returns>
    internal string Toggle(Blocker blocker)
    {
        var line = AllowList.LineOf(blocker);
        var mute = !Contains(blocker);
        Change();
        if (_file is null) return !mute ? "no longer muted" : Problem ?? "muted for this view only";
        try
        {
            // Another view of the same program may have written to it.
            Use(_file.Read());
            Change();
            _file.Write(_lines);
        }
        catch (HudException e)
        {
            Problem = $"muted for this view only: {e.Message}";
            return mute ? Problem : $"no longer muted, for this view only: {e.Message}";
        }
        if (Contains(blocker) == mute) return mute ? $"muted, and kept in {_file.Path}" : "no longer muted";
        return $"line {_rules.LineFor(blocker)} of {_file.Path} mutes more than this one: edit it there";

        void Change()
        {
            _lines.RemoveAll(l => l.Trim() == line);
            if (mute) _lines.Add(line);
            Use(_lines);
        }
    }

    private void Use(List<string> lines)
    {
        _rules = AllowList.Parse(lines, _file?.Path ?? "");
        _lines = lines;
    }
}
