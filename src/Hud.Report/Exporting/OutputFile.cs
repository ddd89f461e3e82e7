using Hud.Target;

namespace Hud.Reporting;

/// <summary>
/// A place that something is written to as a whole or not at all: a file by way of a temporary neighbour, a FIFO, a
/// device or standard output directly. Made before the work, so that a path that cannot be written is refused while
/// nothing is lost yet.
/// </summary>
public sealed class OutputFile
{
    private const int BufferSize = 128 * 1024;

    private readonly FileKind _kind;

    private OutputFile(string path, FileKind kind) => (Path, _kind) = (path, kind);

    /// <summary>As the user gave it; <c>-</c> is standard output.</summary>
    public string Path { get; }
    public bool ToStandardOutput => IsStandardOutput(Path);

    public static bool IsStandardOutput(string path) => path is "-" or "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>Proves that the path can be written, without touching an existing file.</summary>
    /// <param name="path">A file, a FIFO, a device or <c>-</c>.</param>
    /// <exception cref="HudException">It cannot be written (failed), or is no path (usage).</exception>
    public static OutputFile Create(string path)
    {
        if (path.Length == 0 || path.Contains('\0'))
            throw new HudException("an output needs a file name", null, ExitCode.WrongUsage);
        if (IsStandardOutput(path))
            return new OutputFile(path, FileKind.Special);
        var kind = FileKinds.Of(path);
        if (kind == FileKind.Directory)
            throw new HudException($"cannot write {path}: it is a directory", "name a file in it", ExitCode.Failed);
        var output = new OutputFile(path, kind);
        if (kind != FileKind.Special)
            output.ProbeDirectory();
        return output;
    }

    /// <summary>Runs <paramref name="write"/> into the output. An existing file stays as it was until the new one is complete.</summary>
    /// <exception cref="HudException">It could not be written; no partial file is left behind.</exception>
    public void Write(Action<Stream> write)
    {
        try
        {
            if (ToStandardOutput)
                WriteTo(Console.OpenStandardOutput(), write);
            else if (_kind == FileKind.Special)
                WriteTo(new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 1), write);
            else
                WriteFile(write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(e);
        }
    }

    private void WriteFile(Action<Stream> write)
    {
        var destination = Destination();
        var temporary = Temporary(destination);
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1))
                WriteTo(file, write, f => ((FileStream)f).Flush(flushToDisk: true));
            File.Move(temporary, destination, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    private static void WriteTo(Stream raw, Action<Stream> write, Action<Stream>? sync = null)
    {
        using (raw)
        {
            using (var buffered = new BufferedStream(new KeepOpenStream(raw), BufferSize))
                write(buffered);
            sync?.Invoke(raw);
        }
    }

    /// <summary>A symbolic link keeps its place; what it points to is replaced.</summary>
    private string Destination()
    {
        var file = new FileInfo(Path);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    // Short, whatever the name: the longest allowed file name must still have a temporary neighbour. Not a Guid: those read
    // /dev/urandom, which a bare chroot lacks.
    private static string Temporary(string destination) =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(destination) ?? "/", $".hud-{Environment.ProcessId:x}-{Random.Shared.NextInt64():x}.tmp");

    private void ProbeDirectory()
    {
        string? probe = null;
        try
        {
            probe = Temporary(Destination());
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            if (probe is not null)
                TryDelete(probe);
            throw Refused(e);
        }
    }

    private HudException Refused(Exception e) => new(
        $"cannot write {(ToStandardOutput ? "to standard output" : Path)}: {OsErrors.Sentence(e)}",
        e is DirectoryNotFoundException ? "create the directory first" : null,
        ExitCode.Failed);

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report.
        }
    }
}
