namespace Hud.Symbols.Dwarf;

/// <summary>What a unit header says about the width of the fields that follow.</summary>
/// <param name="OffsetSize">4 (32-bit DWARF) or 8.</param>
/// <param name="AddressSize">4 or 8; 4 occurs in no supported image but in hostile ones.</param>
internal readonly record struct UnitEncoding(byte OffsetSize, byte AddressSize, ushort Version);
