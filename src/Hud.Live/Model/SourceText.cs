using System.Text;
using Hud.Live.Terminal;
using Microsoft.Win32.SafeHandles;

namespace Hud.Live.Model;

/// <summary>Lines of the source files that debug information names, where hud can read them.</summary>
internal interface ISourceText
{
    /// <returns>The file's lines, or null.</returns>
    string[]? Lines(string file);
}

/// <summary>
/// Reads from the target's root, then from hud's own. The paths come from the target: only regular files of modest size are
/// opened, and never in a way that could wait.
/// </summary>
internal sealed class SourceText(string? root) : ISourceText
{
    private const long LargestBytes = 4 << 20;
    private const int MostFiles = 16;

    private readonly Dictionary<string, string[]?> _files = [];

    public string[]? Lines(string file)
    {
        if (_files.TryGetValue(file, out var lines)) return lines;
        if (_files.Count == MostFiles) _files.Clear();
        return _files[file] = Read(root, file) ?? (root is null ? null : Read(null, file));
    }

    private static string[]? Read(string? root, string file)
    {
        if (!file.StartsWith('/') || file.Contains('\0') || file.StartsWith("/proc/", StringComparison.Ordinal) || file.StartsWith("/dev/", StringComparison.Ordinal)) return null;
        try
        {
            var path = root is null ? file : root.TrimEnd('/') + file;
            using var handle = new SafeFileHandle(LibC.Open(path, LibC.NonBlocking | LibC.NoControllingTerminal | LibC.CloseOnExec), ownsHandle: true);
            if (handle.IsInvalid) return null;
            var length = RandomAccess.GetLength(handle);
            if (length is <= 0 or > LargestBytes) return null;
            var bytes = new byte[length];
            var read = RandomAccess.Read(handle, bytes, 0);
            return Encoding.UTF8.GetString(bytes, 0, read).Split('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }
}
