using System.Globalization;
using System.IO.Compression;
using Google.Protobuf;
using Hud.Analysis.Model;
using Hud.Reporting.Pprof;
using ValueType = Hud.Reporting.Pprof.ValueType;

namespace Hud.Reporting.Formats;

/// <summary>
/// pprof's profile.proto, gzipped: <c>go tool pprof</c>, Pyroscope, Parca. One sample a stack and group; inlined frames
/// are lines of one location.
/// </summary>
internal sealed class PprofExporter : IExporter
{
    public string Name => "pprof";
    public IReadOnlyList<string> Extensions => [".pb.gz", ".pprof"];
    public string Description => "pprof profile: go tool pprof, Grafana Pyroscope, Polar Signals";
    public bool IsCompressed => true;

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        var profile = Build(report);
        using var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        profile.WriteTo(gzip);
    }

    private static Profile Build(Report report)
    {
        var tables = new PprofTables(report);
        var profile = tables.Profile;
        foreach (var (type, unit) in (ReadOnlySpan<(string, string)>)[("blocking", "count"), ("blocked", "nanoseconds"), ("oncpu", "nanoseconds"), ("offcpu", "nanoseconds"), ("runqueue", "nanoseconds")])
            profile.SampleType.Add(new ValueType { Type = tables.Text(type), Unit = tables.Text(unit) });
        profile.DefaultSampleType = tables.Text("blocked");
        profile.PeriodType = new ValueType { Type = tables.Text("blocked"), Unit = tables.Text("nanoseconds") };
        profile.Period = 1;
        profile.TimeNanos = (report.Session.StartedAt - DateTimeOffset.UnixEpoch).Ticks * 100;
        profile.DurationNanos = report.Session.DurationNs;
        foreach (var (name, value) in ExportFacts.Of(report))
            profile.Comment.Add(tables.Text($"{name}: {value}"));
        foreach (var blocker in report.Blockers)
            AddSamples(profile, tables, blocker);
        return profile;
    }

    private static void AddSamples(Profile profile, PprofTables tables, Blocker blocker)
    {
        var rest = new Split(blocker.Count, blocker.OnCpuNs, blocker.BlockedNs, blocker.RunQueueNs);
        var stacks = WeightedStacks.Of(blocker).ToArray();
        for (var i = 0; i < stacks.Length; i++)
        {
            // The split is known for the group; each stack gets its share by time, the last one what rounding left.
            var share = i == stacks.Length - 1 ? rest : rest.Share(stacks[i], blocker);
            rest = rest.Less(share);
            var sample = new Sample();
            sample.LocationId.AddRange(tables.Locations(stacks[i].Frames));
            sample.Value.AddRange([share.Count, stacks[i].Ns, share.OnCpu, share.Asleep, share.RunQueue]);
            sample.Label.Add(tables.Label("cause", blocker.Cause));
            sample.Label.Add(tables.Label("blocker", "id-" + blocker.Id));
            if (blocker.Detail is { } detail)
                sample.Label.Add(tables.Label("detail", NameText.Clean(detail)));
            profile.Sample.Add(sample);
        }
    }

    private readonly record struct Split(long Count, long OnCpu, long Asleep, long RunQueue)
    {
        public Split Share(WeightedStack stack, Blocker blocker) => new(
            Math.Clamp(stack.Count, 0, Count),
            Math.Min(OnCpu, Scale(blocker.OnCpuNs, stack.Ns, blocker.TotalNs)),
            Math.Min(Asleep, Scale(blocker.BlockedNs, stack.Ns, blocker.TotalNs)),
            Math.Min(RunQueue, Scale(blocker.RunQueueNs, stack.Ns, blocker.TotalNs)));

        public Split Less(Split other) => new(Count - other.Count, OnCpu - other.OnCpu, Asleep - other.Asleep, RunQueue - other.RunQueue);

        private static long Scale(long value, long part, long whole) => whole <= 0 ? 0 : (long)((Int128)value * part / whole);
    }

    /// <summary>The interned tables of one profile.</summary>
    private sealed class PprofTables
    {
        private readonly Dictionary<string, long> _texts = new(StringComparer.Ordinal) { [""] = 0 };
        private readonly Dictionary<(string, string?), ulong> _functions = [];
        private readonly Dictionary<string, ulong> _mappings = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ulong> _locations = new(StringComparer.Ordinal);
        private readonly string _mainModule;

        public PprofTables(Report report)
        {
            Profile.StringTable.Add("");
            // Consumers take the first mapping for the main binary.
            _mainModule = Path.GetFileName(report.Target.Exe) is { Length: > 0 } name ? NameText.Clean(name) : NameText.Clean(report.Target.Name);
            Mapping(_mainModule);
            Profile.Mapping[0].BuildId = Text(report.Target.BuildId ?? "");
        }

        public Profile Profile { get; } = new();

        public long Text(string text)
        {
            if (!_texts.TryGetValue(text, out var index))
            {
                _texts.Add(text, index = Profile.StringTable.Count);
                Profile.StringTable.Add(text);
            }

            return index;
        }

        public Label Label(string key, string value) => new() { Key = Text(key), Str = Text(value) };

        /// <summary>Innermost first; a run of inlined frames and the function they were inlined into make one location.</summary>
        public IEnumerable<ulong> Locations(IReadOnlyList<Frame> frames)
        {
            for (var i = 0; i < frames.Count;)
            {
                var end = i;
                while (end < frames.Count - 1 && frames[end].Inlined && frames[end + 1].Address == frames[end].Address)
                    end++;
                yield return LocationOf([.. frames.Skip(i).Take(end - i + 1)]);
                i = end + 1;
            }
        }

        private ulong LocationOf(Frame[] lines)
        {
            var key = string.Join('\n', lines.Select(l => $"{l.Address}\t{l.Function}\t{l.File}\t{l.Line}\t{l.Module}"));
            if (_locations.TryGetValue(key, out var id))
                return id;
            _locations.Add(key, id = (ulong)_locations.Count + 1);
            var location = new Location { Id = id, MappingId = Mapping(NameText.Clean(lines[^1].Module ?? _mainModule)), Address = Address(lines[^1].Address) };
            foreach (var line in lines)
                location.Line.Add(new Line { FunctionId = FunctionOf(line), Line_ = Math.Max(0, line.Line ?? 0) });
            Profile.Location.Add(location);
            return id;
        }

        private ulong FunctionOf(Frame frame)
        {
            var key = (frame.Function, frame.File);
            if (_functions.TryGetValue(key, out var id))
                return id;
            _functions.Add(key, id = (ulong)_functions.Count + 1);
            var name = Text(NameText.Clean(frame.Function) is { Length: > 0 } n ? n : "?");
            Profile.Function.Add(new Function { Id = id, Name = name, SystemName = name, Filename = Text(NameText.Clean(frame.File ?? "")) });
            return id;
        }

        private ulong Mapping(string module)
        {
            if (_mappings.TryGetValue(module, out var id))
                return id;
            _mappings.Add(module, id = (ulong)_mappings.Count + 1);
            // All four flags: without them tools try to symbolize again, with files they do not have.
            Profile.Mapping.Add(new Mapping { Id = id, Filename = Text(module), HasFunctions = true, HasFilenames = true, HasLineNumbers = true, HasInlineFrames = true });
            return id;
        }

        private static ulong Address(string text) =>
            text.StartsWith("0x", StringComparison.Ordinal) && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var a) ? a : 0;
    }
}
