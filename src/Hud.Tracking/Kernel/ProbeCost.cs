using System.Runtime.InteropServices;
using Hud.Target;

namespace Hud.Tracking.Kernel;

/// <summary>What the exception costs that a uprobe is, and the way back from it, in nanoseconds.</summary>
/// <param name="Ns">In a program that polls now and then, whose caches are cold.</param>
/// <param name="WarmNs">In one that polls all the time.</param>
/// <param name="SteppedNs">
/// Where the kernel steps the instruction under the probe there is a second exception, which on a virtual machine leaves the
/// guest. See <see cref="ProbeSpot"/>.
/// </param>
internal readonly record struct TrapPrice(long Ns, long WarmNs, long SteppedNs)
{
    public long Of(long hits, long stepped) => (hits - stepped) * Ns + stepped * SteppedNs;
}

/// <summary>
/// What a uprobe costs the thread that runs into it, beside its BPF program. No counter of the kernel has it, and machines
/// differ by a factor of ten: hud runs into probes of its own, in functions of the C library.
/// </summary>
internal static unsafe class ProbeCost
{
    /// <summary>A BPF program of the exact tracker, where the kernel's statistics are not available.</summary>
    public const long ProgramNs = 600;

    private const int WarmRounds = 8, WarmCalls = 30, ColdCalls = 15;
    private const long LeastNs = 200, MostNs = 100_000;

    /// <summary>Until it is measured, and where it cannot be: a virtual machine's, see docs/overhead.md.</summary>
    public static readonly TrapPrice Assumed = new(2_500, 900, 25_000);

    /// <summary>They take a pointer or ignore what they are given, begin with a push or after an instruction or two, and are short.</summary>
    private static readonly string[] s_emulated = ["basename", "wctob", "getenv"];

    /// <summary>Their first instruction is one that the kernel steps.</summary>
    private static readonly string[] s_stepped = ["abs", "labs", "toupper"];

    private static readonly Lazy<Task<TrapPrice>> s_measured = new(() => Task.Run(Measure));

    /// <summary>Of this machine, as far as it is known yet.</summary>
    public static TrapPrice Trap => s_measured is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } task } ? task.Result : Assumed;

    /// <summary>Measures it, in some 50 ms, beside whatever else is done.</summary>
    public static void Prepare() => _ = s_measured.Value;

    /// <summary>Waits until the probes of the measurement, if it is going on, are on their way out.</summary>
    public static void Settle()
    {
        if (s_measured.IsValueCreated)
            s_measured.Value.Wait();
    }

    private static TrapPrice Measure()
    {
        try
        {
            using var modules = new ProcessModules(TargetProcess.Open(Environment.ProcessId));
            if (Find(modules, s_emulated, atEntry: false) is not { } emulated || TryMeasure(emulated) is not { } price)
                return Assumed;
            var stepped = Find(modules, s_stepped, atEntry: true) is { } function && TryMeasure(function) is { } other
                ? other.WarmNs
                : Assumed.SteppedNs;
            return price with { SteppedNs = Math.Max(stepped, price.WarmNs) };
        }
        catch (Exception e) when (e is HudException or IOException or UnauthorizedAccessException)
        {
            return Assumed;
        }
    }

    /// <returns>Null when the kernel refuses the probe.</returns>
    private static TrapPrice? TryMeasure(Function function)
    {
        var (warmNs, coldNs) = (Warm(function.Call), Cold(function.Call));
        if (Uprobes.TryAttachOne(programFd: null, function.Path, function.Offset, cookie: 0, Environment.ProcessId, out _) is not { } probe)
            return null;
        var price = Clamp(Warm(function.Call) - warmNs);
        var cold = Math.Max(price, Clamp(Cold(function.Call) - coldNs));
        probe.DisposeInBackground();
        return new TrapPrice(cold, price, price);
    }

    private static long Clamp(long ns) => Math.Clamp(ns, LeastNs, MostNs);

    /// <summary>The fastest of some rounds: whatever else interrupts one makes it longer.</summary>
    private static long Warm(delegate* unmanaged<byte*, nint> call)
    {
        byte text = 0;
        var best = long.MaxValue;
        for (var round = 0; round < WarmRounds; round++)
        {
            var start = MonotonicClock.NowNs;
            for (var i = 0; i < WarmCalls; i++)
                call(&text);
            best = Math.Min(best, MonotonicClock.NowNs - start);
        }
        return best / WarmCalls;
    }

    /// <summary>The median of calls between which the thread sleeps.</summary>
    private static long Cold(delegate* unmanaged<byte*, nint> call)
    {
        byte text = 0;
        var took = new long[ColdCalls];
        for (var i = 0; i < ColdCalls; i++)
        {
            Thread.Sleep(1);
            var start = MonotonicClock.NowNs;
            call(&text);
            took[i] = MonotonicClock.NowNs - start;
        }
        Array.Sort(took);
        return took[ColdCalls / 2];
    }

    /// <param name="atEntry">The probe goes onto the first instruction, which is one that the kernel steps; else where it does not.</param>
    private static Function? Find(ProcessModules modules, string[] names, bool atEntry)
    {
        foreach (var name in names)
        {
            if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), name, out var entry) || !modules.TryFind((ulong)entry, out var module))
                continue;
            var address = module.ToImageAddress((ulong)entry);
            var spot = ProbeSpot.Find(module.Image, address, argument: false);
            var isStepped = spot.Address != address || !spot.IsEmulated;
            if (atEntry ? !isStepped : !spot.IsEmulated)
                continue;
            if (module.Image.TryGetFileOffset(atEntry ? address : spot.Address, out var offset))
                return new Function(entry, module.OpenPath, offset);
        }
        return null;
    }

    /// <param name="Offset">In its file, where the probe goes.</param>
    private readonly record struct Function(nint Entry, string Path, ulong Offset)
    {
        public delegate* unmanaged<byte*, nint> Call => (delegate* unmanaged<byte*, nint>)Entry;
    }
}
