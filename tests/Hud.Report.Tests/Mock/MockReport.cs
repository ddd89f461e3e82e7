using Hud.Analysis.Model;

namespace Hud.Reporting.Tests;

/// <summary>
/// One session of a shop server, small enough to read: 23 blocking polls in five groups, 2 starved ones, two driver
/// stalls. Its events add up to its groups, as a real report's do.
/// </summary>
internal static class MockReport
{
    public const long StartNs = 1_000_000_000_000;
    public const long DurationNs = 60_000_000_000;

    public static Frame User(string function, string file, int line, bool inlined = false) =>
        new(function, "shop", "/home/ann/shop/" + file, line, inlined, FrameKind.User, "0x55d0c0de1000");

    public static Frame Std(string function, int line) =>
        new(function, "shop", "/rustc/4a4ef493e3a1488c6e321570238084b38948f6db/library/std/src/sys/fs/unix.rs", line, false, FrameKind.Std, "0x55d0c0de2000");

    public static Frame Tokio(string function) =>
        new(function, "shop", "/home/ann/.cargo/registry/src/index.crates.io-6f17d22bba15001f/tokio-1.44.1/src/runtime/task/raw.rs", 331, false, FrameKind.Tokio, "0x55d0c0de3000");

    public static Frame Kernel(string function) => new(function, "[kernel]", null, null, false, FrameKind.Kernel, "0xffffffff81200000");

    public static Frame Libc(string function) => new(function, "libc.so.6", null, null, false, FrameKind.Libc, "0x7f00aa001000");

    public static Report Create()
    {
        var handler = User("shop::http::serve::<async fn>", "src/http.rs", 88);
        var poll = Tokio("tokio::runtime::task::raw::poll");
        var read = Group("a1", Causes.FileIo, User("shop::catalog::load_prices", "src/catalog.rs", 42), Std("std::fs::read", 1203), "read /var/lib/shop/prices.csv",
            [Kernel("vfs_read"), Kernel("ksys_read"), Libc("read"), Std("std::fs::read", 1203), User("shop::catalog::load_prices", "src/catalog.rs", 42), User("shop::catalog::Catalog::get", "src/catalog.rs", 17, inlined: true), handler, poll],
            11, 31_000_003, Ratio.Asleep);
        var @lock = Group("b2", Causes.Lock, User("shop::cart::Cart::add", "src/cart.rs", 61), Std("std::sync::Mutex<T>::lock", 310), "mutex in shop::cart::CARTS",
            [Kernel("futex_wait"), Libc("syscall"), Std("std::sync::Mutex<T>::lock", 310), User("shop::cart::Cart::add", "src/cart.rs", 61), handler, poll],
            5, 17_000_017, Ratio.Asleep) with
        {
            HeldBy = [new HeldBy(User("shop::cart::Cart::checkout", "src/cart.rs", 104), 4), new HeldBy(User("shop::report::nightly", "src/report.rs", 9), 1)],
            WaitingTasks = 412,
        };
        var hash = Group("c3", Causes.Cpu, User("shop::auth::verify_password", "src/auth.rs", 23), new Frame("argon2::Argon2::hash_password_into", "shop", "/home/ann/.cargo/registry/src/index.crates.io-6f17d22bba15001f/argon2-0.5.3/src/lib.rs", 240, true, FrameKind.Dependency, "0x55d0c0de4000"), null,
            [new Frame("argon2::Argon2::fill_blocks", "shop", "/home/ann/.cargo/registry/src/index.crates.io-6f17d22bba15001f/argon2-0.5.3/src/lib.rs", 301, true, FrameKind.Dependency, "0x55d0c0de4000"), new Frame("argon2::Argon2::hash_password_into", "shop", "/home/ann/.cargo/registry/src/index.crates.io-6f17d22bba15001f/argon2-0.5.3/src/lib.rs", 240, true, FrameKind.Dependency, "0x55d0c0de4000"), User("shop::auth::verify_password", "src/auth.rs", 23), handler, poll],
            4, 13_000_001, Ratio.OnCpu);
        var sleep = Group("d4", Causes.Sleep, User("shop::retry::backoff<[u8; 32]>", "src/retry.rs", 7), Std("std::thread::sleep", 52), null,
            [Kernel("hrtimer_nanosleep"), Libc("clock_nanosleep"), Std("std::thread::sleep", 52), User("shop::retry::backoff<[u8; 32]>", "src/retry.rs", 7), handler, poll],
            2, 10_000_000, Ratio.Asleep);
        var dns = Group("e5", Causes.Dns, User("shop::mail::send", "src/mail.rs", 130), Libc("getaddrinfo"), "mail.shop.example",
            [Kernel("__x64_sys_poll"), Libc("getaddrinfo"), User("shop::mail::send", "src/mail.rs", 130), handler, poll],
            1, 5_432_109, Ratio.Asleep) with
        { Stacks = [] };
        var starved = Group("f6", Causes.CpuStarved, User("shop::http::render", "src/http.rs", 140), null, null,
            [User("shop::http::render", "src/http.rs", 140), handler, poll], 2, 8_000_000, Ratio.Waiting);
        Blocker[] blockers = [.. new[] { read, @lock, hash, sleep, dns }.OrderByDescending(b => b.TotalNs)];
        return new Report
        {
            Tool = new ToolInfo("hud", "0.1.0"),
            Target = new TargetInfo
            {
                Pid = 4242,
                Name = "shop",
                Exe = "/home/ann/shop/target/release/shop",
                BuildId = "8f1b3c5d7e9a0b2c4d6e8f1a3b5c7d9e0f2a4b6c",
                TokioVersion = "1.44.1",
                Runtimes = [new RuntimeInfo("multi_thread", 3) { BlockingPool = new BlockingPoolInfo(8, 8, 31, 1_200_000_000) }],
            },
            Session = new SessionInfo
            {
                StartedAt = new DateTimeOffset(2026, 3, 14, 15, 9, 26, 535, TimeSpan.Zero),
                StartNs = StartNs,
                DurationNs = DurationNs,
                ThresholdNs = 5_000_000,
                Tracker = "sampled",
                TrackerReason = "the offsets of Tokio's bookkeeping came from DWARF types",
                SamplePeriodNs = 1_000_000,
                EndReason = "duration",
                Lost = new Losses(0, 3),
                Overhead = new Overhead(61_000_000, 121_000, 340_000_000, 48_300_032, OverNs: DurationNs + 600_000_000),
                Symbols = new SymbolQuality { WithLines = 812, NameOnly = 96, Unnamed = 2, NameGaps = new Dictionary<string, long> { ["The file has no debug information: a name, but no line and no inlined calls."] = 96 }, CutStacks = new Dictionary<string, long> { ["no unwind information in libfoo.so"] = 1 } },
                Host = "web-3",
                Kernel = "6.18.0",
                CommandLine = "shop --listen 0.0.0.0:8080",
            },
            Notes = ["One stack was cut at libfoo.so, which has no unwind information."],
            Workers =
            [
                Worker(4243, 0, 12, 0.30, 0.010, 0.004),
                Worker(4244, 1, 7, 0.25, 0.006, 0.003),
                Worker(4245, 2, 4, 0.28, 0.002, 0.002),
            ],
            Blockers = blockers,
            Starved = [starved],
            DriverStalls = [new DriverStall(StartNs + 2_000_000_000, 29_000_000, 4243, "a1", 2, false), new DriverStall(StartNs + 9_000_000_000, 16_000_000, 4244, "b2", 1, false)],
            Events = Events([.. blockers, starved]),
        };
    }

    internal enum Ratio
    {
        OnCpu,
        Asleep,
        Waiting,
    }

    /// <summary>Polls last <paramref name="eachNs"/> plus 1, 2, 3 … ms.</summary>
    internal static Blocker Group(string id, string cause, Frame culprit, Frame? call, string? detail, Frame[] stack, int count, long eachNs, Ratio ratio)
    {
        var durations = Enumerable.Range(0, count).Select(i => eachNs + i * 1_000_000L).ToArray();
        long total = durations.Sum(), run = ratio == Ratio.Waiting ? total : count * 250_000L;
        var split = durations.Select(d => Split(d, ratio)).ToArray();
        return new Blocker
        {
            Id = id,
            Cause = cause,
            Culprit = culprit,
            Call = call,
            Task = new TaskInfo(null, "shop::http::serve::<async fn>", User("shop::main::<async fn>", "src/main.rs", 33)),
            Count = count,
            TotalNs = total,
            MaxNs = durations[^1],
            P50Ns = durations[(count - 1) / 2],
            P99Ns = durations[^1],
            OnCpuNs = split.Sum(s => s.OnCpu),
            BlockedNs = split.Sum(s => s.Asleep),
            RunQueueNs = run,
            Workers = count > 1 ? [4243, 4244] : [4243],
            Detail = detail,
            Advice = Causes.Of(cause).Advice,
            // Two thirds in the deepest stack; where there are several polls the rest without the innermost frame.
            Stacks = count > 2
                ? [new WeightedStack(count - 1, total / 3 * 2, stack), new WeightedStack(1, total - total / 3 * 2, stack[1..])]
                : [new WeightedStack(count, total, stack)],
        };
    }

    private static (long OnCpu, long Asleep) Split(long ns, Ratio ratio) => ratio switch
    {
        Ratio.OnCpu => (ns, 0),
        Ratio.Asleep => (ns / 50, ns - ns / 50),
        _ => (0, 0),
    };

    private static WorkerInfo Worker(int tid, int index, int blockers, double busy, double blocked, double waiting) => new()
    {
        Tid = tid,
        Name = "tokio-runtime-worker",
        Index = index,
        OnCpuNs = (long)(DurationNs * busy),
        BlockedNs = (long)(DurationNs * blocked),
        RunQueueNs = (long)(DurationNs * waiting),
        IdleNs = DurationNs - (long)(DurationNs * busy) - (long)(DurationNs * blocked) - (long)(DurationNs * waiting),
        Blockers = blockers,
    };

    private static List<PollRecord> Events(Blocker[] groups)
    {
        var events = new List<PollRecord>();
        var n = 0;
        foreach (var g in groups)
        {
            var first = g.MaxNs - (g.Count - 1) * 1_000_000L;
            for (var i = 0; i < g.Count; i++, n++)
            {
                var ns = first + i * 1_000_000L;
                var starved = g.Cause == Causes.CpuStarved;
                var (cpu, asleep) = starved ? (0L, 0L) : g.Cause == Causes.Cpu ? (ns, 0L) : (ns / 50, ns - ns / 50);
                events.Add(new PollRecord
                {
                    StartNs = StartNs + 1_000_000_000L + n * 2_000_000_000L,
                    DurationNs = starved ? ns : ns + 250_000,
                    OnCpuNs = cpu,
                    BlockedNs = asleep,
                    RunQueueNs = starved ? ns : 250_000,
                    Tid = 4243 + n % 3,
                    TaskId = (ulong)(100 + n),
                    Blocker = g.Id,
                    Starved = starved,
                });
            }
        }

        return [.. events.OrderBy(e => e.StartNs)];
    }
}
