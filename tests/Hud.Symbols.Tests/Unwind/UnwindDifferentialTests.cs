using Hud.Symbols.Unwind;

namespace Hud.Symbols.Tests.Unwind;

/// <summary>
/// Stacks taken at random points of running programs: the same return addresses as gdb finds in at least 99.5 % of them.
/// The programs are built here from tests/fixtures/unwind.
/// </summary>
public sealed class UnwindDifferentialTests(ITestOutputHelper output)
{
    private const double Required = 0.995;
    private const int StopsPerProgram = 200;

    [Theory]
    [InlineData("-O0", "-g")]
    [InlineData("-O2")]
    [InlineData("-O3", "-march=x86-64-v3", "-fno-plt")]
    [InlineData("-O2", "-flto", "-static-pie")]
    public void C_programs(params string[] options) => Compare(BuildC(options), imageOf: null);

    [Theory]
    [InlineData("-g")]
    [InlineData("-O", "-Cstrip=symbols")]
    [InlineData("-O", "-Clto=fat", "-Ccodegen-units=1", "-Cpanic=abort")]
    [InlineData("-Copt-level=z", "-Cforce-frame-pointers=yes")]
    public void Rust_programs(params string[] options)
    {
        string program = NewPath();
        ExternalTool.Run("rustc", [Fixture("wander.rs"), "-o", program, "--edition=2024", .. options]);
        Compare(program, imageOf: null);
    }

    /// <summary>gdb reads .debug_frame, the unwinder a copy without any call frame information: frame pointers and code are left.</summary>
    [Theory]
    [InlineData("-O2", "-fno-omit-frame-pointer")]
    [InlineData("-O1", "-fomit-frame-pointer")]
    public void Programs_without_call_frame_information(params string[] options)
    {
        string program = BuildC(["-g", "-fno-asynchronous-unwind-tables", "-fno-exceptions", .. options]);
        string bare = NewPath();
        ExternalTool.Run("objcopy", "--remove-section=.debug_frame", "--remove-section=.eh_frame", "--remove-section=.eh_frame_hdr", "--strip-debug", program, bare);
        Compare(program, path => path == program ? bare : path);
        File.Delete(bare);
    }

    private void Compare(string program, Func<string, string>? imageOf)
    {
        string recording = NewPath();
        string commands = $"py out, count = \"{recording}\", {StopsPerProgram}";
        ExternalTool.Run("gdb", "-nx", "-batch", "-ex", commands, "-x", Fixture("record_stacks.py"), program);

        ulong entry = Symbolization.Fixture.Image(program).EntryPoint;
        StackUnwinder unwinder = new();
        List<UnwoundFrame> frames = [];
        int stacks = 0, inSignalHandlers = 0, inLibraries = 0;
        List<string> differences = [];
        foreach (RecordedStack stack in RecordedStack.Read(recording, imageOf))
        {
            frames.Clear();
            StopReason reason = unwinder.Unwind(stack.Registers, stack.Address, stack.Bytes, stack.Modules, frames);
            stacks++;
            // Behind a signal frame the address is that of the interrupted instruction.
            inSignalHandlers += frames.Skip(1).Any(frame => !frame.IsReturnAddress) ? 1 : 0;
            inLibraries += stack.Modules.TryFind(stack.Frames[0], out UnwindModule innermost) && innermost.Image!.EntryPoint != entry ? 1 : 0;
            if (reason == StopReason.EndOfStack && frames.Select(frame => frame.Address).SequenceEqual(stack.Frames)) continue;
            differences.Add($"{reason}\n  hud {Text(frames.Select(frame => frame.Address))}\n  gdb {Text(stack.Frames)}");
        }
        output.WriteLine($"{stacks} stacks, {inSignalHandlers} in signal handlers, {inLibraries} in libraries, {differences.Count} different\n{string.Join("\n", differences.Take(5))}");
        Assert.True(stacks >= StopsPerProgram, $"gdb recorded only {stacks} stacks");
        Assert.True(inSignalHandlers > 0, "no stack was taken in a signal handler");
        Assert.True(differences.Count <= stacks * (1 - Required), $"{differences.Count} of {stacks}\n{string.Join('\n', differences.Take(10))}");
        File.Delete(recording);
        File.Delete(program);
    }

    private static string Text(IEnumerable<ulong> addresses) => string.Join(' ', addresses.Select(address => $"{address:x}"));

    private static string BuildC(string[] options)
    {
        string program = NewPath();
        ExternalTool.Run("gcc", [.. options, Fixture("wander.c"), "-o", program, "-pthread"]);
        return program;
    }

    private static string NewPath() => Path.Combine(Path.GetTempPath(), $"hud-unwind-{Guid.NewGuid():n}");

    private static string Fixture(string name)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Hud.slnx"))) folder = Path.GetDirectoryName(folder);
        Assert.SkipWhen(folder is null, "the repository is not around the test");
        return Path.Combine(folder!, "tests", "fixtures", "unwind", name);
    }
}
