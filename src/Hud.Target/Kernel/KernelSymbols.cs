using System.Buffers.Text;
using System.Text;

namespace Hud.Target;

/// <summary>
/// Names of kernel functions by address, from /proc/kallsyms: read at the first question, then kept as sorted addresses
/// and one block of names (about 3 MB for 120 000 functions). Safe to ask from several threads.
/// </summary>
public sealed class KernelSymbols
{
    /// <summary>kallsyms gives no sizes: an address this far past the last symbol still counts as that function.</summary>
    private const ulong MostPastLast = 1 << 20;

    private readonly Lazy<Table> _table;

    public KernelSymbols(string path = "/proc/kallsyms") => _table = new(() => Table.Read(path));

    internal KernelSymbols(ReadOnlyMemory<byte> text) => _table = new(() => Table.Read(new MemoryStream(text.ToArray())));

    /// <summary>Functions known; 0 when the file is missing or kptr_restrict blanks its addresses.</summary>
    public int Count => _table.Value.Addresses.Length;

    /// <summary>The file was readable, but all addresses in it are zero: sysctl kernel.kptr_restrict, or no CAP_SYSLOG.</summary>
    public bool IsRestricted => _table.Value.IsRestricted;

    /// <summary>The function that covers the address, without its module; null when none does.</summary>
    public string? Name(ulong address)
    {
        var table = _table.Value;
        var index = Array.BinarySearch(table.Addresses, address);
        if (index < 0)
            index = ~index - 1;
        if (index < 0 || address > table.Addresses[^1] + MostPastLast)
            return null;
        var (start, length) = table.Names[index];
        return Encoding.UTF8.GetString(table.Text, start, length);
    }

    private sealed record Table(ulong[] Addresses, (int Start, int Length)[] Names, byte[] Text, bool IsRestricted)
    {
        public static Table Read(string path)
        {
            try
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
                return Read(file);
            }
            catch (Exception e) when (ProcFs.IsAbsence(e))
            {
                return new Table([], [], [], false);
            }
        }

        /// <summary>Lines of "address type name[\t[module]]"; see kallsyms in proc(5). Read piece by piece: it is megabytes long.</summary>
        public static Table Read(Stream kallsyms)
        {
            var (addresses, names, text) = (new List<ulong>(), new List<(int, int)>(), new MemoryStream());
            var buffer = new byte[64 << 10];
            int held = 0, lines = 0;
            while (true)
            {
                var read = kallsyms.Read(buffer, held, buffer.Length - held);
                held += read;
                var rest = buffer.AsSpan(0, held);
                while (rest.IndexOf((byte)'\n') is >= 0 and var end)
                {
                    Add(rest[..end]);
                    rest = rest[(end + 1)..];
                }
                if (read == 0 || rest.Length == buffer.Length)
                {
                    // The last line without an end, or one that is no line of this file.
                    Add(rest);
                    rest = [];
                }
                rest.CopyTo(buffer);
                held = rest.Length;
                if (read == 0) break;
            }

            // kallsyms lists the core kernel by address, then module after module.
            var (keys, order) = (addresses.ToArray(), Enumerable.Range(0, addresses.Count).ToArray());
            Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
            // Aliases share an address; the first listed is the one that `perf` shows too.
            order = [.. order.Where((i, at) => at == 0 || keys[order[at - 1]] != keys[i])];
            return new Table([.. order.Select(i => keys[i])], [.. order.Select(i => names[i])], text.ToArray(), lines > 0 && addresses.Count == 0);

            void Add(ReadOnlySpan<byte> line)
            {
                if (line.IsEmpty) return;
                lines++;
                if (!TryParse(line, out var address, out var name) || address == 0) return;
                addresses.Add(address);
                names.Add(((int)text.Length, name.Length));
                text.Write(name);
            }
        }

        private static bool TryParse(ReadOnlySpan<byte> line, out ulong address, out ReadOnlySpan<byte> name)
        {
            name = default;
            if (!Utf8Parser.TryParse(line, out address, out var read, 'x') || line.Length < read + 4 || line[read] != ' ')
                return false;
            if (line[read + 1] is not ((byte)'t' or (byte)'T' or (byte)'w' or (byte)'W'))
                return false;
            name = line[(read + 3)..];
            var module = name.IndexOf((byte)'\t');
            if (module >= 0)
                name = name[..module];
            return true;
        }
    }
}
