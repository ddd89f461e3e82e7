using System.Buffers.Text;
using System.Text;

namespace Hud.Target;

/// <summary>One line of /proc/PID/maps.</summary>
/// <param name="Path">As the kernel prints it, "\012" for a newline and " (deleted)" included; empty for anonymous memory.</param>
internal readonly record struct MemoryMap(
    ulong Start, ulong End, bool IsReadable, bool IsWritable, bool IsExecutable, ulong Offset, ulong Device, ulong Inode, string Path)
{
    public bool IsFile => Inode != 0 && Path.StartsWith('/');

    /// <summary>Name of the mapping's link in /proc/PID/map_files.</summary>
    public string LinkName => $"{Start:x}-{End:x}";

    /// <summary>Lines that do not follow the format of proc_pid_maps(5) are left out.</summary>
    public static List<MemoryMap> Parse(ReadOnlySpan<byte> text)
    {
        var maps = new List<MemoryMap>();
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            if (TryParseLine(end < 0 ? text : text[..end], out var map))
                maps.Add(map);
            text = end < 0 ? [] : text[(end + 1)..];
        }
        return maps;
    }

    private static bool TryParseLine(ReadOnlySpan<byte> line, out MemoryMap map)
    {
        map = default;
        if (!TryHex(ref line, (byte)'-', out var start) || !TryHex(ref line, (byte)' ', out var end) || end <= start)
            return false;
        if (line.Length < 5 || line[4] != ' ')
            return false;
        var permissions = line[..4];
        line = line[5..];
        if (!TryHex(ref line, (byte)' ', out var offset) || !TryHex(ref line, (byte)':', out var major) || !TryHex(ref line, (byte)' ', out var minor))
            return false;
        if (!Utf8Parser.TryParse(line, out ulong inode, out var read))
            return false;

        var path = Encoding.UTF8.GetString(line[read..].TrimStart((byte)' '));
        map = new MemoryMap(
            start, end, permissions[0] == 'r', permissions[1] == 'w', permissions[2] == 'x', offset, (major << 32) | minor, inode, path);
        return true;
    }

    private static bool TryHex(ref ReadOnlySpan<byte> text, byte terminator, out ulong value)
    {
        if (!Utf8Parser.TryParse(text, out value, out var read, 'x') || read >= text.Length || text[read] != terminator)
            return false;
        text = text[(read + 1)..];
        return true;
    }
}
