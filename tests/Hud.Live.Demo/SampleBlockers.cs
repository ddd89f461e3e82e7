using Hud.Analysis.Model;
using static Hud.Live.Demo.SampleFrames;

namespace Hud.Live.Demo;

/// <summary>One blocker per cause, as a web service might have them.</summary>
internal static class SampleBlockers
{
    private const string Source = "/usr/src/app/src/";

    private static readonly Frame FlushJournal = User("checkout::orders::journal::flush", Source + "orders/journal.rs", 142);
    private static readonly Frame SyncAll = Of(FrameKind.Std, "std::fs::File::sync_all");

    public static SampleBlocker Fsync { get; } = new()
    {
        Id = "b001", Cause = Causes.FileIo, Culprit = FlushJournal, Call = SyncAll, Detail = "fsync /var/lib/checkout/journal.db",
        Task = "checkout::orders::place_order::{async_fn}", Count = 41, EachNs = 80 * SampleReports.Ms,
        Stacks =
        [
            Stack([Kernel("ext4_sync_file"), Kernel("do_fsync"), Of(FrameKind.Libc, "fsync", "libc.so.6"), SyncAll],
                FlushJournal, User("checkout::orders::journal::append", Source + "orders/journal.rs", 97, inlined: true),
                User("checkout::orders::place_order::{async_fn}", Source + "orders/mod.rs", 58)),
            Stack([Kernel("jbd2_log_wait_commit"), Kernel("ext4_sync_file"), Of(FrameKind.Libc, "fsync", "libc.so.6"), SyncAll],
                FlushJournal, User("checkout::orders::cancel_order::{async_fn}", Source + "orders/mod.rs", 121)),
            Stack([Of(FrameKind.Libc, "fsync", "libc.so.6"), SyncAll],
                FlushJournal, Of(FrameKind.Dependency, "tower::util::Oneshot<S,Req>::poll"), User("checkout::shutdown::{async_fn}", Source + "main.rs", 31)),
        ],
    };

    private static readonly Frame Render = User("checkout::invoice::pdf::render", Source + "invoice/pdf.rs", 210);

    private static SampleBlocker Cpu { get; } = new()
    {
        Id = "b002", Cause = Causes.Cpu, Culprit = Render, Call = Of(FrameKind.Dependency, "flate2::zio::Writer<W,D>::write_all"), Count = 112, EachNs = 14 * SampleReports.Ms,
        Stacks = [Stack([Of(FrameKind.Dependency, "miniz_oxide::deflate::core::compress_inner"), Of(FrameKind.Dependency, "flate2::zio::Writer<W,D>::write_all")], Render)],
    };

    private static readonly Frame CachePut = User("checkout::cache::Cache<K,V>::put", Source + "cache.rs", 71);

    private static SampleBlocker Lock { get; } = new()
    {
        Id = "b003", Cause = Causes.Lock, Culprit = CachePut, Call = Of(FrameKind.Std, "std::sync::Mutex<T>::lock"), Detail = "futex 0x7f12c8001010",
        Count = 230, EachNs = 6 * SampleReports.Ms, HeldBy = new HeldBy(User("checkout::cache::Cache<K,V>::evict", Source + "cache.rs", 103), 201),
        Stacks = [Stack([Kernel("futex_wait"), Of(FrameKind.Std, "std::sys::sync::mutex::futex::Mutex::lock_contended"), Of(FrameKind.Std, "std::sync::Mutex<T>::lock")], CachePut)],
    };

    private static SampleBlocker Of3(string id, string cause, string function, string call, string? detail, int count, long eachMs) => new()
    {
        Id = id, Cause = cause, Culprit = User(function, Source + "upstream.rs", 40 + count), Call = Of(FrameKind.Std, call), Detail = detail, Count = count, EachNs = eachMs * SampleReports.Ms,
        Stacks = [Stack([Of(FrameKind.Std, call)], User(function, Source + "upstream.rs", 40 + count))],
    };

    public static IReadOnlyList<SampleBlocker> All { get; } =
    [
        Fsync, Cpu, Lock,
        Of3("b004", Causes.Sleep, "checkout::retry::backoff", "std::thread::sleep", null, 9, 100),
        Of3("b005", Causes.Dns, "checkout::upstream::resolve", "std::net::ToSocketAddrs::to_socket_addrs", "payments.internal", 6, 45),
        Of3("b006", Causes.NetIo, "checkout::metrics::push", "std::net::TcpStream::write", "10.0.0.7:5432", 15, 12),
        Of3("b007", Causes.Process, "checkout::thumb::convert", "std::process::Command::output", "execve /usr/bin/convert", 3, 160),
        Of3("b008", Causes.Pipe, "checkout::log::emit", "std::io::Stdout::write_all", "write pipe:[1734]", 33, 7),
        Of3("b009", Causes.PageFault, "checkout::geo::lookup", "core::slice::index", "/usr/share/geo.mmdb", 4, 22),
        Of3("b010", Causes.Other, "checkout::limits::apply", "libc::setrlimit", "flock", 2, 8),
    ];

    public static SampleBlocker Unnamed { get; } = new()
    {
        Id = "u001", Cause = Causes.Cpu, Culprit = Of(FrameKind.User, "0x4f2a10 in checkout"), Count = 19, EachNs = 21 * SampleReports.Ms,
        Stacks = [[Of(FrameKind.User, "0x4f2a10 in checkout"), Of(FrameKind.User, "0x4f3b58 in checkout"), Of(FrameKind.User, "0x51aa00 in checkout")]],
    };

    public static IReadOnlyList<SampleBlocker> Hostile { get; } =
    [
        new()
        {
            Id = "h001", Cause = Causes.FileIo, Culprit = User("größe::übertrage_日本語データ", "/usr/src/größe/src/lib.rs", 12), Call = SyncAll,
            Detail = "open /tmp/\e]52;c;cm0gLXJmIC8=\a\r\n\u009d", Count = 12, EachNs = 30 * SampleReports.Ms,
            Stacks = [Stack([SyncAll], User("größe::übertrage_日本語データ", "/usr/src/größe/src/lib.rs", 12))],
        },
        new()
        {
            Id = "h002", Cause = Causes.Cpu, Culprit = User("evil\u202Edetrevni\u2066::\e[2J\e[1;1Hhud: all is well", "/x\n/y", 1), Count = 5, EachNs = 11 * SampleReports.Ms,
            Task = "\u0000\u0001\u007f\u200b\ufeff",
        },
        new() { Id = "h003", Cause = Causes.Lock, Culprit = User("🦀🦀::combining_e\u0301\u0302\u0303"), Count = 3, EachNs = 8 * SampleReports.Ms },
        new() { Id = "h004", Cause = Causes.Lock, Culprit = User(string.Concat(Enumerable.Repeat("very_long_generic<alloc::vec::Vec<", 20)) + "T" + new string('>', 40)), Count = 2, EachNs = 6 * SampleReports.Ms },
    ];
}
