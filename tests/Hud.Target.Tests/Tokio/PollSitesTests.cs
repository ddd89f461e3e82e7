using System.Text;
using Hud.Symbols;
using Hud.Symbols.Elf;

namespace Hud.Target.Tests.Tokio;

public class PollSitesTests
{
    public static TheoryData<string> Builds => [.. Fixture.Builds];

    [Theory]
    [MemberData(nameof(Builds))]
    public void Symbols_give_run_task_and_every_poll_function(string build)
    {
        var image = Fixture.Image(Fixture.Path(build));
        var sites = PollSites.Find(image, image);
        Assert.Equal("symbols", sites.Origin);
        Assert.Single(sites.RunTask);
        Assert.NotEmpty(sites.RawPoll);
        Assert.All(sites.RunTask.Concat(sites.RawPoll), s => Assert.True(s.Size > 0));
        Assert.All(sites.RunTask.Concat(sites.RawPoll), s => Assert.True(image.TryGetImageAddress(s.FileOffset, out var a) && a == s.Address));
        Assert.NotEmpty(sites.WorkerRun);
    }

    /// <summary>The vtables are found without symbols; the symbols then tell whether all were found and nothing else.</summary>
    [Theory]
    [MemberData(nameof(Builds))]
    public void Vtables_point_to_exactly_the_poll_functions(string build)
    {
        var image = Fixture.Image(Fixture.Path(build));
        var sites = PollSites.Find(image, image);
        Assert.Equal(sites.RawPoll.Select(s => s.Address), sites.Vtables.Select(v => v.Poll).Distinct().Order());
        Assert.All(sites.Vtables, v => Assert.Null(v.SpawnLocationOffset));
    }

    [Fact]
    public void Stripped_file_gives_the_same_poll_functions_by_its_vtables()
    {
        var image = Fixture.Image(Fixture.Path("release"));
        var stripped = Fixture.Image(Fixture.Path("stripped"));
        var sites = PollSites.Find(stripped, stripped);
        Assert.Equal("task vtables", sites.Origin);
        Assert.Empty(sites.RunTask);
        Assert.Equal(PollSites.Find(image, image).RawPoll.Select(s => (s.Address, s.FileOffset)), sites.RawPoll.Select(s => (s.Address, s.FileOffset)));
    }

    [Fact]
    public void Symbols_of_a_separate_file_serve_a_stripped_one()
    {
        var stripped = Fixture.Image(Fixture.Path("stripped"));
        var sites = PollSites.Find(stripped, Fixture.Image(Fixture.Path("release")));
        Assert.Equal("symbols", sites.Origin);
        Assert.Single(sites.RunTask);
    }

    [Fact]
    public void Programs_without_Tokio_have_no_sites()
    {
        foreach (var path in Directory.EnumerateFiles("/usr/bin").Where(f => new FileInfo(f) is { LinkTarget: null, Length: > 0 }).Take(200))
        {
            if (ElfImage.TryRead(File.ReadAllBytes(path), SymbolLimits.Default, out _) is not { } image || TokioVersion.Detect(image) is not null)
                continue;
            var sites = PollSites.Find(image, image);
            Assert.True(sites.IsEmpty && sites.Origin == "nothing", path);
        }
    }

    [Theory]
    [InlineData("tokio::runtime::task::raw::poll", TaskPollKindName.RawPoll, null)]
    [InlineData("tokio::runtime::task::raw::poll::<app::hog::{closure#0}, alloc::sync::Arc<Handle>>", TaskPollKindName.RawPoll, "app::hog::{closure#0}")]
    [InlineData("tokio::runtime::task::raw::poll::<core::pin::Pin<Box<dyn Fn(u8, u8) -> u8>>, S>", TaskPollKindName.RawPoll, "core::pin::Pin<Box<dyn Fn(u8, u8) -> u8>>")]
    [InlineData("tokio::runtime::task::harness::Harness<T,S>::poll", TaskPollKindName.HarnessPoll, null)]
    [InlineData("<tokio::runtime::task::harness::Harness<app::main::{closure#0}, S>>::poll", TaskPollKindName.HarnessPoll, "app::main::{closure#0}")]
    [InlineData("tokio::runtime::task::harness::Harness<T,S>::poll_inner", TaskPollKindName.Other, null)]
    [InlineData("tokio::runtime::task::raw::poll::{{closure}}", TaskPollKindName.Other, null)]
    [InlineData("tokio::runtime::task::raw::RawTask::poll", TaskPollKindName.Other, null)]
    [InlineData("tokio::runtime::task::raw::poll::<", TaskPollKindName.Other, null)]
    [InlineData("", TaskPollKindName.Other, null)]
    public void Poll_functions_are_known_by_name(string name, TaskPollKindName kind, string? type)
    {
        var parsed = TaskPollName.Parse(name);
        Assert.Equal(kind.ToString(), parsed.Kind.ToString());
        Assert.Equal(type, parsed.FutureType);
    }

    public enum TaskPollKindName
    {
        Other,
        RawPoll,
        HarnessPoll,
    }
}
