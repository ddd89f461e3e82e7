using System.Text;

namespace Hud.Target;

/// <summary>Reads files of /proc, where a process may vanish between any two calls: absence is a value, not an exception.</summary>
internal static class ProcFs
{
    /// <summary>Numbers below <paramref name="directory"/>: pids of /proc, tids of /proc/PID/task. Empty when it is gone.</summary>
    public static List<int> Numbers(string directory)
    {
        var found = new List<int>();
        try
        {
            foreach (var path in Directory.EnumerateDirectories(directory))
            {
                if (int.TryParse(Path.GetFileName(path.AsSpan()), out var number))
                    found.Add(number);
            }
        }
        catch (Exception e) when (IsAbsence(e))
        {
        }
        found.Sort();
        return found;
    }

    /// <summary>All bytes of the file; null when it is gone or may not be read.</summary>
    public static byte[]? TryReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (IsAbsence(e))
        {
            return null;
        }
    }

    public static string? TryReadText(string path) =>
        TryReadBytes(path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Where a symbolic link points, as its text; null when it is gone, may not be read or is no link.</summary>
    public static string? TryReadLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (IsAbsence(e))
        {
            return null;
        }
    }

    /// <summary>True for the exceptions that reading a vanished, foreign or odd file throws.</summary>
    public static bool IsAbsence(Exception e) =>
        e is IOException or UnauthorizedAccessException or System.Security.SecurityException or NotSupportedException or ArgumentException;
}
