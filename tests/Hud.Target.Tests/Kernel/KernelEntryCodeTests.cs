namespace Hud.Target.Tests.Kernel;

public class KernelEntryCodeTests
{
    private const string Kallsyms = """
        0000000000000000 A fixed_percpu_data
        ffffffff81000010 T __entry_text_start
        ffffffff81000df0 T asm_sysvec_apic_timer_interrupt
        ffffffff81001a87 T __entry_text_end
        ffffffff81420bee t hrtimer_interrupt
        ffffffff81530000 t do_sys_openat2
        """;

    private const ulong Entry = 0xffffffff81000e06, Timer = 0xffffffff81420c00, Open = 0xffffffff81530010, Syscall = 0xffffffff81000100;

    private readonly KernelEntryCode _code = new(new StringReader(Kallsyms));

    [Fact]
    public void Leaves_of_an_interrupted_system_call_the_call() =>
        Assert.Equal([Open, Syscall], _code.Interrupted([Timer, Entry, Open, Syscall]).ToArray());

    [Fact]
    public void Leaves_nothing_of_interrupted_user_mode() => Assert.Empty(_code.Interrupted([Timer, Entry]).ToArray());

    [Fact]
    public void Leaves_nothing_where_it_cannot_tell()
    {
        Assert.Empty(_code.Interrupted([Timer, Open]).ToArray());
        Assert.Empty(new KernelEntryCode(new StringReader("0000000000000000 T __entry_text_start\n0000000000000000 T __entry_text_end\n")).Interrupted([Timer, Entry, Open]).ToArray());
        Assert.Empty(new KernelEntryCode(new StringReader("no such line\n\n")).Interrupted([Timer, Entry, Open]).ToArray());
    }

    [Fact]
    public void Is_found_on_this_machine()
    {
        var lines = File.ReadLines("/proc/kallsyms").Select(l => l.Split(' ', 3));
        var entry = lines.First(l => l is [_, _, "asm_sysvec_apic_timer_interrupt"])[0];
        var address = Convert.ToUInt64(entry, 16);
        Assert.SkipWhen(address == 0, "kptr_restrict blanks addresses");
        Assert.Equal([1ul], new KernelEntryCode().Interrupted([2ul, address, 1ul]).ToArray());
    }
}
