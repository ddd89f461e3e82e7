using Hud.Tracking.Kernel;

namespace Hud.Tracking.Tests.Kernel;

public sealed class Bpf_log
{
    [Fact]
    public void Cause_is_what_the_verifier_said_last() => Assert.Equal(
        "on_walk: Sleepable programs can only use array, hash, and ringbuf maps",
        BpfLog.Cause(
        [
            "libbpf: prog 'on_walk': BPF program load failed: Invalid argument",
            "libbpf: prog 'on_walk': -- BEGIN PROG LOAD LOG --\nSleepable programs can only use array, hash, and ringbuf maps\nprocessed 0 insns (limit 1000000)\n-- END PROG LOAD LOG --",
            "libbpf: prog 'on_walk': failed to load: -22",
            "libbpf: failed to load object '7f20b1400058-58b48'",
        ]));

    [Fact]
    public void Without_the_verifier_it_is_the_last_failure_that_says_something() => Assert.Equal(
        "libbpf: map 'events': failed to create: Operation not permitted(-1)",
        BpfLog.Cause(["libbpf: map 'events': failed to create: Operation not permitted(-1)", "libbpf: failed to load object 'tracker'"]));

    [Fact]
    public void Nothing_said_is_no_cause() => Assert.Equal("", BpfLog.Cause([]));
}
