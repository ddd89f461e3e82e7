using Hud.Target;
using Hud.Tracking.Interop;

namespace Hud.Tracking.Kernel;

/// <summary>One of the embedded BPF objects: open, set knobs and sizes, load, attach. Closing detaches everything.</summary>
internal sealed unsafe class BpfObject : IDisposable
{
    private readonly List<nint> _links = [];
    private nint _object;

    private BpfObject(nint handle) => _object = handle;

    /// <param name="name">"tracker.bpf.o" and so on.</param>
    public static BpfObject Open(string name)
    {
        BpfLog.Install();
        using var stream = typeof(BpfObject).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        fixed (byte* p = bytes)
        {
            var handle = LibBpf.ObjectOpenMemory(p, (nuint)bytes.Length, 0);
            return handle != 0 ? new BpfObject(handle) : throw Failure("The kernel part of hud cannot be opened", Libc.LastError);
        }
    }

    public nint Handle => _object;

    public nint Program(string name) =>
        LibBpf.FindProgram(_object, name) is var program and not 0 ? program : throw new InvalidOperationException($"no BPF program {name}");

    public BpfMap Map(string name)
    {
        var map = LibBpf.FindMap(_object, name);
        return map != 0 ? new BpfMap(map) : throw new InvalidOperationException($"no BPF map {name}");
    }

    /// <summary>The map that holds the section, by its suffix: ".rodata", ".data.settings".</summary>
    public BpfMap Section(string suffix)
    {
        for (var map = LibBpf.NextMap(_object, 0); map != 0; map = LibBpf.NextMap(_object, map))
        {
            if (new BpfMap(map).Name.EndsWith(suffix, StringComparison.Ordinal))
                return new BpfMap(map);
        }
        throw new InvalidOperationException($"no section {suffix} in the BPF object");
    }

    public void SkipProgram(string name) => _ = LibBpf.SetAutoload(Program(name), false);

    /// <summary>The programs will be attached by uprobe_multi; to be said before <see cref="Load"/>.</summary>
    public void ExpectMulti(IEnumerable<string> names)
    {
        foreach (var name in names)
            _ = LibBpf.SetExpectedAttachType(Program(name), Uprobes.AttachTypeMulti);
    }

    public void Load()
    {
        BpfLog.Clear();
        var result = LibBpf.ObjectLoad(_object);
        if (result < 0)
            throw Failure("The kernel refuses hud's BPF programs", -result);
    }

    /// <summary>Attaches a tracing program where its section name says.</summary>
    public void Attach(string program)
    {
        var link = LibBpf.Attach(Program(program));
        if (link == 0)
            throw Failure($"Cannot attach {program}", Libc.LastError);
        _links.Add(link);
    }

    /// <summary>Runs a task iterator once over all tasks; the program filters.</summary>
    public void RunIterator(string program)
    {
        var link = LibBpf.AttachIterator(Program(program), 0);
        if (link == 0)
            throw Failure($"Cannot attach {program}", Libc.LastError);
        try
        {
            var fd = LibBpf.IteratorCreate(LibBpf.LinkFd(link));
            if (fd < 0)
                throw Failure($"Cannot run {program}", -fd);
            var buffer = stackalloc byte[64];
            while (Libc.Read(fd, buffer, 64) > 0 || Libc.LastError == Libc.EINTR)
            {
            }
            _ = Libc.Close(fd);
        }
        finally
        {
            _ = LibBpf.LinkDestroy(link);
        }
    }

    public IEnumerable<nint> Programs()
    {
        for (var program = LibBpf.NextProgram(_object, 0); program != 0; program = LibBpf.NextProgram(_object, program))
            yield return program;
    }

    /// <summary>Ends what <see cref="Attach"/> began, newest first.</summary>
    public void DetachAll()
    {
        for (var i = _links.Count - 1; i >= 0; i--)
            _ = LibBpf.LinkDestroy(_links[i]);
        _links.Clear();
    }

    public void Dispose()
    {
        DetachAll();
        if (_object != 0)
            LibBpf.ObjectClose(_object);
        _object = 0;
    }

    private static HudException Failure(string what, int error)
    {
        var cause = BpfLog.Cause();
        var reason = Errno.Describe(error) + (cause.Length > 0 ? $" ({cause})" : "");
        return Errno.IsPermission(error)
            ? new HudException($"{what}: {reason}", "run as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE", ExitCode.PreconditionMissing)
            : new HudException($"{what}: {reason}", "hud needs Linux 6.1 or later, or an older kernel with the same BPF features", ExitCode.PreconditionMissing);
    }
}
