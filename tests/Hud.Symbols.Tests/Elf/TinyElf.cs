using System.Text;

namespace Hud.Symbols.Tests.Elf;

/// <summary>ELF files of given sections and nothing else: inputs that no compiler makes.</summary>
internal static class TinyElf
{
    /// <summary>Image address of the first byte of its one segment, which is executable.</summary>
    public const ulong Code = 0x1000;

    public static byte[] Build(params (string Name, byte[] Bytes)[] sections)
    {
        const int FileHeader = 64, ProgramHeader = 56;
        using var names = new MemoryStream();
        using var data = new MemoryStream();
        using var headers = new MemoryStream();
        using var header = new BinaryWriter(headers);
        header.Write(new byte[64]);
        names.WriteByte(0);
        int dataStart = FileHeader + ProgramHeader;
        foreach ((string name, byte[] bytes) in sections)
        {
            WriteSection((uint)names.Length, 1, dataStart + data.Length, bytes.Length);
            names.Write([.. Encoding.ASCII.GetBytes(name), 0]);
            data.Write(bytes);
        }

        WriteSection(0, 3, dataStart + data.Length, names.Length);
        data.Write(names.ToArray());

        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write((ushort)3);
        writer.Write((ushort)62);
        writer.Write(1);
        writer.Write(Code);
        writer.Write((ulong)FileHeader);
        writer.Write((ulong)(dataStart + data.Length));
        writer.Write(0);
        writer.Write((ushort)FileHeader);
        writer.Write((ushort)ProgramHeader);
        writer.Write((ushort)1);
        writer.Write((ushort)64);
        writer.Write((ushort)(sections.Length + 2));
        writer.Write((ushort)(sections.Length + 1));

        // PT_LOAD, readable and executable.
        writer.Write(1);
        writer.Write(5);
        ulong[] load = [0, Code, Code, 1 << 24, 1 << 24, 0x1000];
        Array.ForEach(load, writer.Write);

        writer.Write(data.ToArray());
        writer.Write(headers.ToArray());
        return file.ToArray();

        void WriteSection(uint name, uint type, long offset, long size)
        {
            header.Write(name);
            header.Write(type);
            header.Write(0UL);
            header.Write(0UL);
            header.Write((ulong)offset);
            header.Write((ulong)size);
            header.Write(0);
            header.Write(0);
            header.Write(1UL);
            header.Write(0UL);
        }
    }
}
