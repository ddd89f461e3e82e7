using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hud.Tracking.Kernel;
using Hud.Tracking.Wire;

namespace Hud.Tracking.Tests.Wire;

/// <summary>C# cannot include bpf/events.h, so each managed twin is compared with the BTF of the compiled object.</summary>
public sealed class Wire_layout
{
    [Fact]
    public void Header() => Same<WireHeader>("hud_header");

    [Fact]
    public void Poll() => Same<WirePoll>("hud_poll");

    [Fact]
    public void Stack() => Same<WireStack>("hud_stack");

    [Fact]
    public void Peer() => Same<WirePeer>("hud_peer");

    [Fact]
    public void Successor() => Same<WireSuccessor>("hud_successor");

    [Fact]
    public void Role() => Same<WireRole>("hud_role");

    [Fact]
    public void Parker() => Same<WireParker>("hud_parker");

    [Fact]
    public void Pid_search() => Same<WirePidSearch>("hud_pid_search", "pids.bpf.o");

    [Fact]
    public void Pid_found() => Same<WirePidFound>("hud_pid_found", "pids.bpf.o");

    [Fact]
    public void Thread_event() => Same<WireThreadEvent>("hud_thread_event");

    [Fact]
    public void Thread() => Same<WireThread>("hud_thread");

    [Fact]
    public void Scheduler() => Same<WireScheduler>("hud_scheduler");

    [Fact]
    public void Layout() => Same<WireLayout>("hud_layout");

    [Fact]
    public void Settings() => Same<WireSettings>("hud_settings");

    [Fact]
    public void Pool() => Same<WirePool>("hud_pool");

    [Fact]
    public void Pools() => Same<WirePools>("hud_pools");

    [Fact]
    public void Times() => Same<WireTimes>("hud_times");

    [Fact]
    public void Future() => Same<WireFuture>("hud_future");

    [Fact]
    public void Knobs() => Same<WireKnobs>("hud_knobs");

    [Fact]
    public void Call() => Same<WireCall>("hud_call", "calibrate.bpf.o");

    [Fact]
    public void Caller() => Same<WireCaller>("hud_caller");

    [Fact]
    public void Sighting() => Same<WireSighting>("hud_sighting", "calibrate.bpf.o");

    [Fact]
    public void Watch() => Same<WireWatch>("hud_watch", "calibrate.bpf.o");

    [Fact]
    public void Calibration_knobs() => Same<WireCalibrationKnobs>("hud_calibration_knobs", "calibrate.bpf.o");

    private static void Same<T>(string name, string file = "tracker.bpf.o")
        where T : unmanaged
    {
        using var bpf = BpfObject.Open(file);
        var (size, members) = new Btf(bpf).Struct(name);
        var fields = typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(f => (f.Name, Offset: Offset<T>(f)))
            .OrderBy(f => f.Offset)
            .ToList();
        Assert.Equal(members.Select(m => $"{Plain(m.Name)} at {m.Offset}"), fields.Select(f => $"{Plain(Renamed(f.Name))} at {f.Offset}"));
        Assert.Equal(size, Unsafe.SizeOf<T>());
    }

    private static int Offset<T>(FieldInfo field)
        where T : unmanaged => (int)Marshal.OffsetOf<T>(field.Name);

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Where the managed name says more.</summary>
    private static string Renamed(string name) => name == "DetailLength" ? "DetailBytes" : name;
}
