using System.Diagnostics;
using System.Globalization;
using Hud.Analysis.Model;
using Hud.Target;
using Hud.Tracking.Events;

namespace Hud.Analysis.Tests;

/// <summary>Names the stack of a real process that sleeps, read through /proc the way the kernel's copy would look.</summary>
public sealed class StackNamerTests : IDisposable
{
    private readonly Process _sleeper = Process.Start(new ProcessStartInfo("/bin/sleep", "1000"))!;

    public void Dispose()
    {
        _sleeper.Kill();
        _sleeper.WaitForExit();
        _sleeper.Dispose();
    }

    [Fact]
    public void A_sleeping_process_is_unwound_and_named_down_to_its_entry()
    {
        var stack = ReadStack(_sleeper.Id);
        if (stack is null) Assert.Skip("/proc/PID/syscall or /proc/PID/mem of a child cannot be read here");

        using var modules = new ProcessModules(TargetProcess.Open(_sleeper.Id));
        var namer = new StackNamer(modules, new KernelSymbols());
        var named = namer.Name(stack!);

        Assert.Null(named.CutReason);
        Assert.Contains(named.Frames, f => f.Function.Contains("nanosleep", StringComparison.Ordinal) && f.Kind == FrameKind.Libc);
        Assert.Contains(named.Frames, f => f.Module == "sleep" && f.Function.EndsWith(" in sleep", StringComparison.Ordinal) && f.Kind == FrameKind.User);
        Assert.True(namer.Quality.Unnamed > 0);
        Assert.StartsWith("The program has no symbols", namer.Quality.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Garbage_registers_and_stacks_are_named_without_throwing()
    {
        using var modules = new ProcessModules(TargetProcess.Open(_sleeper.Id));
        var namer = new StackNamer(modules, new KernelSymbols());
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var registers = new UserRegisters();
            for (var r = 0; r < 17; r++) registers[r] = (ulong)random.NextInt64();
            var bytes = new byte[random.Next(0, 4096)];
            random.NextBytes(bytes);
            Assert.NotNull(namer.Name(Event(registers, bytes)));
        }
    }

    private static StackEvent Event(UserRegisters registers, byte[] stack) => new()
    {
        Poll = new PollKey(1, 1),
        Kind = StackKind.Asleep,
        TimestampNs = 0,
        Tid = 1,
        Registers = registers,
        UserStack = stack,
    };

    /// <summary>/proc/PID/syscall ends in the stack pointer and the program counter of a thread that waits.</summary>
    private static StackEvent? ReadStack(int pid)
    {
        try
        {
            for (var attempt = 0; attempt < 2_000; attempt++)
            {
                var words = File.ReadAllText($"/proc/{pid}/syscall").Trim().Split(' ');
                // 230: clock_nanosleep, so the program is past its start.
                if (words.Length < 9 || words[0] is not "230")
                {
                    Thread.Yield();
                    continue;
                }
                var registers = new UserRegisters();
                registers[7] = Convert.ToUInt64(words[^2], 16);
                registers[16] = Convert.ToUInt64(words[^1], 16);
                var top = StackEnd(pid);
                var bytes = new byte[Math.Min(64 << 10, (int)(top - registers[7]))];
                using var memory = File.OpenHandle($"/proc/{pid}/mem");
                RandomAccess.Read(memory, bytes, (long)registers[7]);
                return Event(registers, bytes);
            }
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ulong StackEnd(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/maps").Single(l => l.EndsWith("[stack]", StringComparison.Ordinal));
        return ulong.Parse(line.AsSpan(line.IndexOf('-', StringComparison.Ordinal) + 1, 12), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
