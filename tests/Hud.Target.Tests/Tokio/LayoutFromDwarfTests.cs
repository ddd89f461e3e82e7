using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Hud.Target.Tests.Tokio;

public class LayoutFromDwarfTests
{
    private const string Worker = "tokio::runtime::scheduler::multi_thread::worker::";
    private const string Current = "tokio::runtime::scheduler::current_thread::";
    private const string Gdb = "/usr/bin/gdb";

    /// <summary>gdb reads the same DWARF with code of its own: every member must lie where its `ptype /o` says.</summary>
    [Theory]
    [InlineData("debug")]
    [InlineData("release-debug")]
    public void Offsets_agree_with_gdb(string build)
    {
        Assert.SkipUnless(File.Exists(Gdb), "gdb is not installed");
        using var folder = new TemporaryFolder();
        using var child = Fixture.Start(build, folder);
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        var layout = LayoutFromDwarf.TryRead(modules.MainModule, out var problem);
        Assert.True(layout is not null, problem);

        var types = Members(
            Fixture.Path(build), Worker + "Context", Worker + "Core", Worker + "Worker", Current + "Context", Current + "Core", "tokio::runtime::context::Context");
        var (context, core) = (types[0], types[1]);
        var multi = layout.MultiThread!;
        Assert.InRange(multi.ContextCore, context["core"].Offset, context["core"].End - 8);
        Assert.Equal(context["worker"].Offset, multi.ContextOwner);
        Assert.Equal(core["tick"].Offset, multi.CoreTick);
        Assert.Equal(core["park"].Offset, multi.Parker.Offset);
        var worker = types[2];
        Assert.Equal(16 + worker["index"].Offset, multi.OwnerIndex);
        Assert.Equal(16 + worker["handle"].Offset, multi.OwnerHandle);

        var single = layout.CurrentThread!;
        (context, core) = (types[3], types[4]);
        Assert.InRange(single.ContextCore, context["core"].Offset, context["core"].End - 8);
        Assert.Equal(context["handle"].Offset, single.ContextOwner);
        Assert.Equal(core["tick"].Offset, single.CoreTick);
        Assert.InRange(single.Parker.Offset, core["driver"].Offset, core["driver"].End - single.Parker.Size);

        var locals = types[5];
        var start = modules.MainModule.ThreadLocals!.Offset + (long)TokioTls.Find(modules.MainModule.Image).Context!.Value.Value;
        Assert.InRange(multi.CurrentTaskIdTls!.Value, start + locals["current_task_id"].Offset, start + locals["current_task_id"].End - 8);
    }

    [Theory]
    [InlineData("release", "no DWARF")]
    [InlineData("stripped", "no DWARF")]
    public void Binary_without_types_is_told(string build, string reason)
    {
        using var folder = new TemporaryFolder();
        using var child = Fixture.Start(build, folder);
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        Assert.Null(LayoutFromDwarf.TryRead(modules.MainModule, out var problem));
        Assert.Contains(reason, problem);
    }

    /// <summary>The types of the unstripped build serve the stripped program.</summary>
    [Fact]
    public void Types_of_a_separate_file_serve()
    {
        using var folder = new TemporaryFolder();
        var full = Fixture.Path("release-debug");
        var stripped = Path.Combine(folder.Path, "app");
        Compiler.Run("strip", "-o", stripped, full);
        using var child = Child.Start(stripped, "--log", Path.Combine(folder.Path, "log"), "--scratch", folder.Path, "--scenarios", "light");
        using var reference = Fixture.Start("release-debug", folder);
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid), new ModuleOptions { SymbolsPath = full });
        using var unstripped = new ProcessModules(TargetProcess.Open(reference.Pid));
        Assert.Equal(LayoutFromDwarf.TryRead(unstripped.MainModule, out _), LayoutFromDwarf.TryRead(modules.MainModule, out _));
        Assert.NotNull(LayoutFromDwarf.TryRead(modules.MainModule, out _));
    }

    [Fact]
    public void Program_without_Tokio_has_no_layout()
    {
        using var folder = new TemporaryFolder();
        using var child = Child.Start(Compiler.Build(folder, "app", "#include <unistd.h>\n__thread int x;int main(){x=1;pause();}", "-g"));
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        Assert.Null(LayoutFromDwarf.TryRead(modules.MainModule, out var problem));
        Assert.Contains("multi_thread", problem);
    }

    private readonly record struct Member(int Offset, int End);

    private static Dictionary<string, Member>[] Members(string program, params string[] types)
    {
        string[] arguments = ["-q", "-batch", "-ex", "set language rust", .. types.SelectMany(t => new[] { "-ex", $"ptype /o {t}" }), program];
        using var gdb = Process.Start(new ProcessStartInfo(Gdb, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        gdb.ErrorDataReceived += (_, _) => { };
        gdb.BeginErrorReadLine();
        var printed = gdb.StandardOutput.ReadToEnd().Split("type = ")[1..];
        gdb.WaitForExit();
        Assert.Equal(types.Length, printed.Length);
        return [.. printed.Select(Parse)];
    }

    private static Dictionary<string, Member> Parse(string printed) =>
        Regex.Matches(printed, @"^/\*\s*(\d+)\s*\|\s*(\d+) \*/    (\w+):", RegexOptions.Multiline)
            .ToDictionary(m => m.Groups[3].Value, m => new Member(int.Parse(m.Groups[1].Value), int.Parse(m.Groups[1].Value) + int.Parse(m.Groups[2].Value)));
}
