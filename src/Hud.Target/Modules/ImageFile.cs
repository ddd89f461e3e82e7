using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Hud.Target;

/// <summary>
/// A file mapped read-only. <see cref="Memory"/> stays valid until <see cref="Dispose"/>; pages come from the page cache
/// and only when touched.
/// </summary>
public sealed class ImageFile : IDisposable
{
    private readonly Mapping? _mapping;

    private ImageFile(string path, Mapping? mapping, ReadOnlyMemory<byte> memory)
    {
        Path = path;
        _mapping = mapping;
        Memory = memory;
    }

    public string Path { get; }

    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>Null with <paramref name="problem"/> set when the file is missing, unreadable, empty, no regular file, or over 2 GB.</summary>
    public static ImageFile? TryOpen(string path, out string? problem)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return TryMap(path, file, out problem);
        }
        catch (Exception e) when (ProcFs.IsAbsence(e))
        {
            problem = e is FileNotFoundException or DirectoryNotFoundException ? $"{path} does not exist" : $"{path} cannot be read: {e.Message}";
            return null;
        }
    }

    /// <summary>Like <see cref="TryOpen"/>, by a path that is resolved as if <paramref name="root"/> were the root directory.</summary>
    public static ImageFile? TryOpenBelow(string root, string path, out string? problem)
    {
        var shown = root.TrimEnd('/') + path;
        if (Native.TryOpenBelow(root, path) is not { } handle)
        {
            problem = $"{shown} does not exist";
            return null;
        }
        try
        {
            using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            return TryMap(shown, file, out problem);
        }
        catch (Exception e) when (ProcFs.IsAbsence(e))
        {
            problem = $"{shown} cannot be read: {e.Message}";
            return null;
        }
    }

    private static ImageFile? TryMap(string path, FileStream file, out string? problem)
    {
        if (file.Length is 0 or > int.MaxValue)
        {
            problem = file.Length == 0 ? $"{path} is empty" : $"{path} is larger than 2 GB";
            return null;
        }
        var mapping = new Mapping(file);
        problem = null;
        return new ImageFile(path, mapping, mapping.Memory);
    }

    /// <summary>Bytes that were copied from somewhere, such as the vdso from the process's memory.</summary>
    internal static ImageFile FromBytes(string path, byte[] bytes) => new(path, null, bytes);

    public void Dispose() => ((IDisposable?)_mapping)?.Dispose();

    private sealed unsafe class Mapping : MemoryManager<byte>
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;
        private readonly int _length;
        private byte* _start;

        public Mapping(FileStream file)
        {
            _length = (int)file.Length;
            _file = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
        }

        public override Span<byte> GetSpan()
        {
            ObjectDisposedException.ThrowIf(_start == null, this);
            return new Span<byte>(_start, _length);
        }

        public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (_start == null)
                return;
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
