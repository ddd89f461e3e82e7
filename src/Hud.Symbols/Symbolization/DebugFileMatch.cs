using System.IO.Hashing;
using Hud.Symbols.Elf;

namespace Hud.Symbols.Symbolization;

/// <summary>Does a separate debug file belong to an image?</summary>
public static class DebugFileMatch
{
    /// <summary>
    /// Null when it does. Otherwise why not, as the end of a sentence that starts with the file's name: build ids decide, without them the CRC of
    /// .gnu_debuglink, without either the place of .text.
    /// </summary>
    public static string? Problem(ElfImage image, ElfImage debugFile)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(debugFile);
        if (image.Machine != debugFile.Machine)
        {
            return $"is for {debugFile.Machine}, the program for {image.Machine}";
        }

        if (image.BuildId is { } expected && debugFile.BuildId is { } actual && expected != actual)
        {
            return $"belongs to another build: its build id is {actual}, the program's is {expected}";
        }

        if (!debugFile.HasDebugInfo && debugFile.Symbols.Count == 0)
        {
            return "has neither debug information nor symbols";
        }

        return image.BuildId is not null && debugFile.BuildId is not null ? null : WithoutBuildIds(image, debugFile);
    }

    /// <summary>The CRC-32 that .gnu_debuglink holds, of a whole file.</summary>
    public static uint Crc(ReadOnlySpan<byte> file) => Crc32.HashToUInt32(file);

    private static string? WithoutBuildIds(ElfImage image, ElfImage debugFile)
    {
        if (image.DebugLink is { } link)
        {
            uint crc = Crc(debugFile.File.Span);
            return crc == link.Crc ? null : $"belongs to another build: its CRC is {crc:x8}, the program's .gnu_debuglink wants {link.Crc:x8}";
        }

        (ulong Address, ulong Size) expected = Text(image), actual = Text(debugFile);
        return expected == actual
            ? null
            : $"belongs to another build: its .text has {actual.Size} bytes at {actual.Address:x}, the program's {expected.Size} at {expected.Address:x}";
    }

    private static (ulong Address, ulong Size) Text(ElfImage image)
    {
        foreach (ElfSection section in image.Sections)
        {
            if (section.Name == ".text")
            {
                return (section.Address, section.Size);
            }
        }

        return default;
    }
}
