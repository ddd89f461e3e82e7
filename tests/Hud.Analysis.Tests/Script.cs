using System.Globalization;
using Hud.Analysis.Model;
using Hud.Analysis.Naming;
using Hud.Target;
using Hud.Tracking.Events;

namespace Hud.Analysis.Tests;

/// <summary>
/// Event streams as text, one event a line; times in milliseconds.
/// <code>
/// asleep   TID/SEQ MS  SYSCALL[(ARG…)] [KIND] [:DETAIL] | FRAME ; FRAME …      innermost first
/// cpu      TID/SEQ     SYSCALL|-                        | FRAME ; …
/// runqueue TID/SEQ MS  [:WHO RAN INSTEAD]                | FRAME ; …
/// waker    TID/SEQ                                      | FRAME ; …
/// snapshot TID/SEQ     SYSCALL|-                        | FRAME ; …
/// poll     TID/SEQ START END cpu=MS asleep=MS rq=MS [stolen=MS] [task=ID] [running] [unproven] [child]
/// stall    RUNTIME START END TID/SEQ idle=N [running]
/// exit     TID
/// </code>
/// A frame is <c>name@k</c>: k kernel, u user, d dependency, t Tokio, s std, c libc, with <c>:line</c> after it if wanted; a last frame
/// <c>CUT</c> says that the stack was cut off.
/// </summary>
internal sealed class Script : IStackNamer
{
    private readonly Dictionary<StackEvent, NamedStack> _named = new(ReferenceEqualityComparer.Instance);

    public int NamedCount { get; private set; }

    public SymbolQuality Quality { get; init; } = new();

    public NamedStack Name(StackEvent stack)
    {
        NamedCount++;
        return _named[stack];
    }

    /// <summary>Names of poll functions by address.</summary>
    public Dictionary<ulong, string> Functions { get; } = [];

    public string FunctionAt(ulong address) => Functions.GetValueOrDefault(address, "");

    public SessionAnalysis Run(string text, AnalysisOptions? options = null)
    {
        var analysis = Analysis(options);
        Play(analysis, text);
        return analysis;
    }

    public SessionAnalysis Analysis(AnalysisOptions? options = null) =>
        new(options ?? new AnalysisOptions(), this);

    public void Play(ITrackerSink sink, string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#')) continue;
            var halves = line.Split('|', 2, StringSplitOptions.TrimEntries);
            var words = halves[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words[0])
            {
                case "poll": sink.OnPoll(Poll(words)); break;
                case "stall": sink.OnDriverStall(Stall(words)); break;
                case "exit": sink.OnThread(new ThreadEvent(int.Parse(words[1], CultureInfo.InvariantCulture), "t", 0, true)); break;
                default: sink.OnStack(Stack(words, halves[1])); break;
            }
        }
    }

    public static long Ms(string text) => (long)(decimal.Parse(text, CultureInfo.InvariantCulture) * 1_000_000);

    public static Frame FrameOf(string text)
    {
        var at = text.LastIndexOf('@');
        var kind = text[(at + 1)..];
        int? line = null;
        if (kind.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
        {
            line = int.Parse(kind[(colon + 1)..], CultureInfo.InvariantCulture);
            kind = kind[..colon];
        }
        return new Frame(text[..at].Trim(), "app", line is null ? null : "src/main.rs", line, false, kind switch
        {
            "k" => FrameKind.Kernel,
            "u" => FrameKind.User,
            "d" => FrameKind.Dependency,
            "t" => FrameKind.Tokio,
            "s" => FrameKind.Std,
            "c" => FrameKind.Libc,
            _ => throw new FormatException(text),
        }, "0x" + (uint)text.GetHashCode(StringComparison.Ordinal));
    }

    public StackEvent Add(StackEvent stack, NamedStack named)
    {
        _named[stack] = named;
        return stack;
    }

    private StackEvent Stack(string[] words, string frames)
    {
        var kind = words[0] switch
        {
            "asleep" => StackKind.Asleep,
            "cpu" => StackKind.OnCpu,
            "runqueue" => StackKind.RunQueue,
            "waker" => StackKind.Waker,
            "snapshot" => StackKind.Snapshot,
            _ => throw new FormatException(words[0]),
        };
        var next = 2;
        var duration = kind is StackKind.Asleep or StackKind.RunQueue ? Ms(words[next++]) : 0;
        var call = next < words.Length && !words[next].StartsWith(':') ? words[next++] : "-";
        ulong[] args = [];
        if (call.IndexOf('(', StringComparison.Ordinal) is var open and > 0)
        {
            args = [.. call[(open + 1)..^1].Split(',').Select(a => a.StartsWith("0x", StringComparison.Ordinal) ? Convert.ToUInt64(a, 16) : ulong.Parse(a, CultureInfo.InvariantCulture))];
            call = call[..open];
        }
        var file = FileKind.None;
        if (next < words.Length && Enum.TryParse(words[next], out FileKind parsed)) (file, next) = (parsed, next + 1);
        var detail = next < words.Length ? string.Join(' ', words[next..])[1..] : null;

        var names = frames.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList();
        var cut = names.Remove("CUT");
        var named = new NamedStack([.. names.Select(FrameOf)], cut ? "cut" : null);
        var key = Key(words[1]);
        return Add(new StackEvent
        {
            Poll = key,
            Kind = kind,
            TimestampNs = 0,
            DurationNs = duration,
            Tid = key.Tid,
            Syscall = call == "-" ? -1 : SyscallNames.Number(call),
            SyscallArgs = args,
            FileKind = file,
            Detail = detail,
            KernelStack = [.. named.Frames.Where(f => f.Kind == FrameKind.Kernel).Select(_ => 1ul)],
            UserStack = new byte[64],
        }, named);
    }

    private static PollKey Key(string text)
    {
        var parts = text.Split('/');
        return new PollKey(int.Parse(parts[0], CultureInfo.InvariantCulture), ulong.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static PollEvent Poll(string[] words)
    {
        long Value(string name) => words.FirstOrDefault(w => w.StartsWith(name + "=", StringComparison.Ordinal)) is { } word ? Ms(word[(name.Length + 1)..]) : 0;
        var task = words.FirstOrDefault(w => w.StartsWith("task=", StringComparison.Ordinal));
        return new PollEvent(Key(words[1]), task is null ? 0 : ulong.Parse(task[5..], CultureInfo.InvariantCulture), Ms(words[2]), Ms(words[3]), Value("cpu"), Value("asleep"), Value("rq"), 0, words.Contains("running")) { StolenNs = Value("stolen"), Unproven = words.Contains("unproven"), StartedChild = words.Contains("child") };
    }

    private static DriverStallEvent Stall(string[] words) => new(
        int.Parse(words[1], CultureInfo.InvariantCulture),
        Ms(words[2]),
        Ms(words[3]),
        Key(words[4]),
        int.Parse(words.First(w => w.StartsWith("idle=", StringComparison.Ordinal))[5..], CultureInfo.InvariantCulture),
        words.Contains("running"));
}
