using Hud.Symbols.Elf;

namespace Hud.Symbols.Dwarf;

/// <summary>The DWARF sections of one file, or one unit's slices of a .dwp; absent ones are empty.</summary>
internal sealed record DwarfSections
{
    public const string SplitInfo = ".debug_info.dwo";

    public ReadOnlyMemory<byte> Info { get; init; }

    public ReadOnlyMemory<byte> Types { get; init; }

    public ReadOnlyMemory<byte> Abbrev { get; init; }

    public ReadOnlyMemory<byte> Str { get; init; }

    public ReadOnlyMemory<byte> LineStr { get; init; }

    public ReadOnlyMemory<byte> StrOffsets { get; init; }

    public ReadOnlyMemory<byte> Addr { get; init; }

    public ReadOnlyMemory<byte> Ranges { get; init; }

    public ReadOnlyMemory<byte> RngLists { get; init; }

    public ReadOnlyMemory<byte> Line { get; init; }

    public ReadOnlyMemory<byte> Aranges { get; init; }

    public static DwarfSections Of(ElfImage image) => new()
    {
        Info = Section(image, ".debug_info"),
        Types = Section(image, ".debug_types"),
        Abbrev = Section(image, ".debug_abbrev"),
        Str = Section(image, ".debug_str"),
        LineStr = Section(image, ".debug_line_str"),
        StrOffsets = Section(image, ".debug_str_offsets"),
        Addr = Section(image, ".debug_addr"),
        Ranges = Section(image, ".debug_ranges"),
        RngLists = Section(image, ".debug_rnglists"),
        Line = Section(image, ".debug_line"),
        Aranges = Section(image, ".debug_aranges"),
    };

    /// <summary>The .dwo sections of a split-DWARF object or package.</summary>
    public static DwarfSections OfSplit(ElfImage image) => new()
    {
        Info = Section(image, SplitInfo),
        Types = Section(image, ".debug_types.dwo"),
        Abbrev = Section(image, ".debug_abbrev.dwo"),
        Str = Section(image, ".debug_str.dwo"),
        StrOffsets = Section(image, ".debug_str_offsets.dwo"),
        RngLists = Section(image, ".debug_rnglists.dwo"),
        Line = Section(image, ".debug_line.dwo"),
    };

    private static ReadOnlyMemory<byte> Section(ElfImage image, string name) =>
        image.TryGetSection(name, out ReadOnlyMemory<byte> bytes, out _) ? bytes : default;
}
