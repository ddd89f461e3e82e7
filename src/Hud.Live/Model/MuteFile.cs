using System.Text;
using Hud.Reporting;
using Hud.Target;

namespace Hud.Live.Model;

/// <summary>
/// A program's file of known places, below the configuration folder (XDG base directories) of the person who started hud:
/// under sudo, of the one who called sudo, and read and written with that person's rights.
/// </summary>
public sealed class MuteFile
{
    private const long LargestBytes = 1 << 20;

    private readonly Person _owner;

    private MuteFile(string path, Person owner) => (Path, _owner) = (path, owner);

    public string Path { get; }

    /// <param name="program">Name of the program that is watched.</param>
    /// <param name="variable">Value of an environment variable, null if unset.</param>
    /// <returns>Null if nobody's home is known.</returns>
    public static MuteFile? For(string program, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(variable);
        var owner = Person.WhoStartedHud(variable);
        if (owner.ConfigurationFolder is not { } folder) return null;
        var name = FileNames.Safe(program);
        return name.Length == 0 ? null : new MuteFile(System.IO.Path.Combine(folder, "hud", "muted", name + ".txt"), owner);
    }

    /// <summary>Its lines; none where there is no such file.</summary>
    /// <exception cref="HudException">It cannot be read.</exception>
    public List<string> Read() => _owner.Do(() =>
    {
        try
        {
            if (!File.Exists(Path)) return [];
            if (new FileInfo(Path).Length > LargestBytes) throw new HudException($"{Path} is larger than {LargestBytes} bytes", null, ExitCode.Failed);
            return new List<string>(File.ReadAllLines(Path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HudException($"{Path} cannot be read: {OsErrors.Sentence(e)}", null, ExitCode.Failed);
        }
    });

    /// <summary>Replaces it as a whole; folders that are missing are made.</summary>
    /// <exception cref="HudException">It cannot be written; it is then as it was.</exception>
    public void Write(IReadOnlyList<string> lines) => _owner.Do(() =>
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HudException($"cannot write {Path}: {OsErrors.Sentence(e)}", null, ExitCode.Failed);
        }
        OutputFile.Create(Path).Write(stream =>
        {
            using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            foreach (var line in lines) text.WriteLine(line);
        });
        return true;
    });
}
