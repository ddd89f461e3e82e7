using System.Text.Json;
using Hud.Analysis.Model;

namespace Hud.Reporting.Formats;

/// <summary>
/// speedscope's own format: a profile of all blocked time by stack, then one for each worker. Weights are nanoseconds of
/// own time; samples stand for stacks, not for moments.
/// </summary>
internal sealed class SpeedscopeExporter : IExporter
{
    public string Name => "speedscope";
    public IReadOnlyList<string> Extensions => [".speedscope.json"];
    public string Description => "speedscope.app: where the blocked time went, per worker";

    public void Write(Report report, Stream stream, ExportOptions options)
    {
        var frames = new FrameTable();
        List<Profile> profiles = [AllStacks(report, options, frames), .. Workers(report, options, frames)];
        using var json = new Utf8JsonWriter(stream, ReportJson.WriterOptions);
        json.WriteStartObject();
        json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
        json.WriteString("name", $"{NameText.Clean(report.Target.Name)} (pid {report.Target.Pid}), {Verdict.Of(report).Headline}");
        json.WriteString("exporter", $"{report.Tool.Name} {report.Tool.Version}");
        json.WriteNumber("activeProfileIndex", 0);
        json.WriteStartObject("hud");
        foreach (var (name, value) in ExportFacts.Of(report))
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartObject("shared");
        frames.Write(json);
        json.WriteEndObject();
        json.WriteStartArray("profiles");
        foreach (var profile in profiles)
            profile.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
    }

    private static Profile AllStacks(Report report, ExportOptions options, FrameTable frames)
    {
        var profile = new Profile("all workers");
        foreach (var blocker in report.Blockers)
        {
            foreach (var stack in WeightedStacks.Of(blocker))
                profile.Add(frames.Indexes(FlameTree.Frames(stack, options)), stack.Ns);
        }

        return profile;
    }

    private static IEnumerable<Profile> Workers(Report report, ExportOptions options, FrameTable frames)
    {
        var groups = report.Blockers.ToDictionary(b => b.Id, StringComparer.Ordinal);
        var sums = new Dictionary<(int Tid, string Id), long>();
        foreach (var e in report.Events)
        {
            if (e is { Starved: false, Blocker: { } id } && groups.ContainsKey(id))
                sums[(e.Tid, id)] = sums.GetValueOrDefault((e.Tid, id)) + ReportTotals.OwnNsOf(e);
        }

        foreach (var (tid, label) in ThreadLabels.All(report))
        {
            var profile = new Profile(report.Session.EventsLeftOut > 0 ? label + ", listed polls only" : label);
            foreach (var blocker in report.Blockers)
            {
                if (sums.TryGetValue((tid, blocker.Id), out var ns))
                    profile.Add(frames.Indexes(FlameTree.Frames(new WeightedStack(0, ns, WeightedStacks.Common(blocker)), options)), ns);
            }

            if (profile.TotalNs > 0)
                yield return profile;
        }
    }

    private sealed class FrameTable
    {
        private readonly Dictionary<(string, string?, int?), int> _indexes = [];
        private readonly List<Frame> _frames = [];

        /// <summary>Outermost first, as the format wants them.</summary>
        public int[] Indexes(IEnumerable<Frame> innermostFirst)
        {
            var indexes = innermostFirst.Select(Index).ToArray();
            Array.Reverse(indexes);
            return indexes;
        }

        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartArray("frames");
            foreach (var frame in _frames)
            {
                json.WriteStartObject();
                json.WriteString("name", NameText.Clean(frame.Function) is { Length: > 0 } n ? n : "?");
                if ((frame.File ?? frame.Module) is { } file)
                    json.WriteString("file", NameText.Clean(file));
                if (frame is { File: not null, Line: > 0 and { } line })
                    json.WriteNumber("line", line);
                json.WriteEndObject();
                json.FlushIfLarge();
            }

            json.WriteEndArray();
        }

        private int Index(Frame frame)
        {
            var key = (frame.Function, frame.File ?? frame.Module, frame.Line);
            if (!_indexes.TryGetValue(key, out var index))
            {
                _indexes.Add(key, index = _frames.Count);
                _frames.Add(frame);
            }

            return index;
        }
    }

    private sealed class Profile(string name)
    {
        private readonly List<(int[] Stack, long Ns)> _samples = [];

        public long TotalNs { get; private set; }

        public void Add(int[] stack, long ns)
        {
            _samples.Add((stack, ns));
            TotalNs += ns;
        }

        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("type", "sampled");
            json.WriteString("name", name);
            json.WriteString("unit", "nanoseconds");
            json.WriteNumber("startValue", 0);
            json.WriteNumber("endValue", TotalNs);
            json.WriteStartArray("samples");
            foreach (var (stack, _) in _samples)
            {
                json.WriteStartArray();
                foreach (var frame in stack)
                    json.WriteNumberValue(frame);
                json.WriteEndArray();
                json.FlushIfLarge();
            }

            json.WriteEndArray();
            json.WriteStartArray("weights");
            foreach (var (_, ns) in _samples)
                json.WriteNumberValue(ns);
            json.WriteEndArray();
            json.WriteEndObject();
            json.FlushIfLarge();
        }
    }
}
