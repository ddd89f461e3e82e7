using System.Diagnostics;
using Hud.Analysis.Model;
using Hud.Live.Demo;
using Hud.Live.Model;
using Hud.Reporting;

namespace Hud.Live.Tests.Model;

public sealed class MutedPlacesTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("hud-home-").FullName;
    private readonly Dictionary<string, string> _environment = [];
    private readonly IReadOnlyList<Blocker> _blockers = SampleReports.Many().Blockers;

    public MutedPlacesTests() => _environment["HOME"] = _home;

    private string Expected => Path.Combine(_home, ".config", "hud", "muted", "checkout.txt");

    [Fact]
    public void A_mark_is_there_in_the_next_view_until_it_is_taken_back()
    {
        var first = Open();
        Assert.Equal($"muted, and kept in {Expected}", first.Toggle(_blockers[0]));
        Assert.Equal([_blockers[0].Id], Muted(Open()));
        Assert.Equal("checkout::orders::journal::flush file-io call=std::fs::File::sync_all\n", File.ReadAllText(Expected));
        Assert.Equal("no longer muted", Open().Toggle(_blockers[0]));
        Assert.Empty(Muted(Open()));
        Assert.Equal("", File.ReadAllText(Expected));
    }

    [Fact]
    public void The_file_is_an_allow_file()
    {
        var muted = Open();
        foreach (var blocker in _blockers) muted.Toggle(blocker);
        var allow = AllowList.ReadFile(Expected);
        Assert.All(_blockers, b => Assert.NotNull(allow.LineFor(b)));
    }

    [Fact]
    public void Every_name_can_be_marked_whatever_is_in_it()
    {
        var hostile = SampleReports.Hostile().Blockers.Append(_blockers[0] with { Culprit = _blockers[0].Culprit with { Function = "# f::<\"a\n b\", *const u8>" } }).ToList();
        foreach (var blocker in hostile) Assert.StartsWith("muted, and kept", Open().Toggle(blocker), StringComparison.Ordinal);
        var muted = Open();
        Assert.All(hostile, b => Assert.True(muted.Contains(b)));
        Assert.Empty(Muted(muted));
        Assert.Equal(hostile.Count, File.ReadAllLines(Expected).Length);
    }

    [Fact]
    public void Two_views_at_once_do_not_lose_each_others_marks_and_what_was_written_by_hand_stays()
    {
        Write("# known since May\n*::backoff  # on purpose\n");
        var (one, two) = (Open(), Open());
        one.Toggle(_blockers[0]);
        two.Toggle(_blockers[1]);
        Assert.StartsWith("# known since May\n*::backoff  # on purpose\n", File.ReadAllText(Expected), StringComparison.Ordinal);
        Assert.Equal(3, Muted(Open()).Count);
    }

    [Fact]
    public void A_pattern_written_by_hand_is_not_taken_back_by_a_key()
    {
        Write("*::journal::*\n");
        Assert.Equal($"line 1 of {Expected} mutes more than this one: edit it there", Open().Toggle(_blockers[0]));
        Assert.Equal("*::journal::*\n", File.ReadAllText(Expected));
    }

    [Fact]
    public void A_limit_lets_a_mark_lapse_when_it_gets_worse()
    {
        Write($"*::journal::* max={_blockers[0].MaxNs / 1_000_000 + 1}\n");
        Assert.Equal([_blockers[0].Id], Muted(Open()));
        Write($"*::journal::* max={_blockers[0].MaxNs / 1_000_000 - 1}\n");
        Assert.Empty(Muted(Open()));
    }

    [Fact]
    public void A_file_that_is_not_understood_is_named_and_left_alone()
    {
        Write("fine::place\nx y z\n");
        var muted = Open();
        Assert.Equal($"muted for this view only: {Expected}, line 2: expected PATTERN [CAUSE] [call=PATTERN] [max=MS], found x y z", muted.Problem);
        Assert.Equal(muted.Problem, muted.Toggle(_blockers[0]));
        Assert.Equal([_blockers[0].Id], Muted(muted));
        Assert.Equal("fine::place\nx y z\n", File.ReadAllText(Expected));
    }

    [Fact]
    public void Where_nothing_can_be_written_the_mark_lasts_as_long_as_the_view()
    {
        File.WriteAllText(Path.Combine(_home, ".config"), "");
        var muted = Open();
        Assert.StartsWith($"muted for this view only: cannot write {Expected}: ", muted.Toggle(_blockers[0]), StringComparison.Ordinal);
        Assert.Equal([_blockers[0].Id], Muted(muted));
    }

    [Fact]
    public void The_configuration_folder_of_XDG_is_honoured_when_absolute()
    {
        _environment["XDG_CONFIG_HOME"] = Path.Combine(_home, "xdg");
        Assert.Equal(Path.Combine(_home, "xdg", "hud", "muted", "checkout.txt"), MuteFile.For("checkout", Variable)!.Path);
        _environment["XDG_CONFIG_HOME"] = "relative";
        Assert.Equal(Expected, MuteFile.For("checkout", Variable)!.Path);
        Assert.Equal(Path.Combine(_home, ".config", "hud", "muted", "_.._x.txt"), MuteFile.For("../../x", Variable)!.Path);
        _environment.Clear();
        Assert.Null(MuteFile.For("checkout", Variable));
    }

    [Fact]
    public void Under_sudo_it_is_the_callers_file_with_the_callers_rights()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        _environment["HOME"] = "/root";
        (_environment["SUDO_UID"], _environment["SUDO_GID"], _environment["SUDO_HOME"]) = ("65534", "65534", _home);
        Run("chown", "65534:65534", _home);
        Assert.StartsWith("muted, and kept", Open().Toggle(_blockers[0]), StringComparison.Ordinal);
        Assert.Equal("65534 65534", Run("stat", "-c", "%u %g", Expected));

        // A link to where only root may write.
        var root = Directory.CreateTempSubdirectory("hud-root-").FullName;
        try
        {
            Directory.Delete(Path.GetDirectoryName(Expected)!, recursive: true);
            Directory.CreateSymbolicLink(Path.GetDirectoryName(Expected)!, root);
            Assert.Contains("permission denied", Open().Toggle(_blockers[0]), StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(root, "checkout.txt"), "a secret of root's\n");
            Run("chmod", "0600", Path.Combine(root, "checkout.txt"));
            Run("chmod", "0755", root);
            Assert.DoesNotContain("secret", Open().Problem, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private string? Variable(string name) => _environment.GetValueOrDefault(name);

    private MutedPlaces Open() => new(MuteFile.For("checkout", Variable));

    private List<string> Muted(MutedPlaces muted) => [.. _blockers.Where(muted.Contains).Select(b => b.Id)];

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Expected)!);
        File.WriteAllText(Expected, text);
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
