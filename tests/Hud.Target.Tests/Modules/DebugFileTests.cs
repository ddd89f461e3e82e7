namespace Hud.Target.Tests.Modules;

public class DebugFileTests
{
    private const string Source = "#include <unistd.h>\nint main(){pause();}";

    /// <summary>A running stripped program, its debug file in the folder as app.debug, and the unstripped one as app.full.</summary>
    private static Child StartStripped(TemporaryFolder folder, string link, params string[] arguments)
    {
        var full = Compiler.Build(folder, "app.full", Source, ["-g", .. arguments]);
        var debug = Path.Combine(folder.Path, "app.debug");
        var stripped = Path.Combine(folder.Path, "app");
        Compiler.Run("objcopy", "--only-keep-debug", full, debug);
        Compiler.Run("strip", "-o", stripped, full);
        if (link.Length > 0)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder.Path, link))!);
            var placed = Path.Combine(folder.Path, link);
            if (placed != debug)
                File.Move(debug, placed);
            Compiler.Run("objcopy", $"--add-gnu-debuglink={placed}", stripped);
        }
        return Child.Start(stripped);
    }

    [Theory]
    [InlineData("app.debug", "-Wl,--build-id")]
    [InlineData(".debug/app.debug", "-Wl,--build-id")]
    [InlineData("app.debug", "-Wl,--build-id=none")]
    public void Debuglink_is_followed_beside_the_program(string link, string option)
    {
        using var folder = new TemporaryFolder();
        using var child = StartStripped(folder, link, option);
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        Assert.NotNull(modules.MainModule.DebugImage);
        Assert.EndsWith(link, modules.MainModule.DebugPath);
        Assert.True(modules.MainModule.DebugImage.HasDebugInfo);
        Assert.Empty(modules.MainModule.DebugProblems);
        Assert.NotEqual(0, modules.MainModule.SymbolImage.Symbols.Count);
    }

    [Fact]
    public void Debuglink_with_a_wrong_checksum_is_passed_over()
    {
        using var folder = new TemporaryFolder();
        using var child = StartStripped(folder, "app.debug", "-Wl,--build-id=none");
        File.AppendAllText(Path.Combine(folder.Path, "app.debug"), "x");
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid));
        Assert.Null(modules.MainModule.DebugImage);
        Assert.Contains("checksum", Assert.Single(modules.MainModule.DebugProblems));
    }

    [Theory]
    [InlineData("app.debug")]
    [InlineData("app.full")]
    public void Given_file_serves(string given)
    {
        using var folder = new TemporaryFolder();
        using var child = StartStripped(folder, "");
        var options = new ModuleOptions { SymbolsPath = Path.Combine(folder.Path, given) };
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid), options);
        Assert.Equal(options.SymbolsPath, modules.MainModule.DebugPath);
    }

    [Fact]
    public void Given_folder_is_searched()
    {
        using var folder = new TemporaryFolder();
        using var child = StartStripped(folder, "", "-Wl,--build-id");
        using var symbols = new TemporaryFolder();
        File.Copy(Path.Combine(folder.Path, "app.debug"), Path.Combine(symbols.Path, "app.debug"));
        using var modules = new ProcessModules(TargetProcess.Open(child.Pid), new ModuleOptions { SymbolsPath = symbols.Path });
        Assert.Equal(Path.Combine(symbols.Path, "app.debug"), modules.MainModule.DebugPath);
    }

    [Theory]
    [InlineData("-Wl,--build-id", "build id")]
    [InlineData("-Wl,--build-id=none", "addresses")]
    public void Given_file_of_another_build_is_refused(string option, string reason)
    {
        using var folder = new TemporaryFolder();
        using var child = StartStripped(folder, "", option);
        var other = Compiler.Build(folder, "other", "#include <stdio.h>\nint f(int x){return printf(\"%d\", x);}\nint main(){return f(1)+f(2)+f(3);}", option);
        var error = Assert.Throws<HudException>(
            () => new ProcessModules(TargetProcess.Open(child.Pid), new ModuleOptions { SymbolsPath = other }));
        Assert.Equal(ExitCode.Failed, error.Code);
        Assert.Contains(reason, error.Message);
    }

    [Theory]
    [InlineData("/no/such/file", "does not exist")]
    [InlineData("/etc/passwd", "cannot be read")]
    public void Given_file_that_is_none_is_refused(string path, string reason)
    {
        using var child = Child.Start("/usr/bin/sleep", "100");
        var error = Assert.Throws<HudException>(
            () => new ProcessModules(TargetProcess.Open(child.Pid), new ModuleOptions { SymbolsPath = path }));
        Assert.Equal(ExitCode.Failed, error.Code);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Links_below_a_root_stay_below_it()
    {
        using var root = new TemporaryFolder();
        root.Write("etc/passwd", "inside");
        File.CreateSymbolicLink(Path.Combine(root.Path, "link"), "/etc/passwd");
        using var file = ImageFile.TryOpenBelow(root.Path, "/../../link", out var problem);
        Assert.True(file is not null, problem);
        Assert.Equal("inside"u8.ToArray(), file.Memory.ToArray());
    }
}
