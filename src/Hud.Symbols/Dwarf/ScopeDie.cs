namespace Hud.Symbols.Dwarf;

/// <summary>What the DIE of a scope says itself: its name or where to find it, and the call that was inlined.</summary>
internal record struct ScopeDie(AttributeValue Name, AttributeValue Linkage, AttributeValue Origin, ulong CallFile, ulong CallLine, ulong CallColumn)
{
    public static ScopeDie Read(DwarfUnit unit, ulong die)
    {
        ScopeDie scope = default;
        if (!unit.TryOpenDie(die, out ByteReader reader, out Abbreviation abbreviation))
        {
            return scope;
        }

        AbbrevTable abbrevs = unit.Abbrevs;
        foreach (ref readonly AttributeSpec spec in abbrevs.Specs(abbreviation))
        {
            switch (spec.Name)
            {
                case DwAt.Name: scope.Name = unit.Read(ref reader, spec); break;
                case DwAt.LinkageName or DwAt.MipsLinkageName: scope.Linkage = unit.Read(ref reader, spec); break;
                case DwAt.AbstractOrigin: scope.Origin = unit.Read(ref reader, spec); break;
                case DwAt.Specification when scope.Origin.Kind == AttributeKind.None: scope.Origin = unit.Read(ref reader, spec); break;
                case DwAt.CallFile: scope.CallFile = unit.Read(ref reader, spec).Value; break;
                case DwAt.CallLine: scope.CallLine = unit.Read(ref reader, spec).Value; break;
                case DwAt.CallColumn: scope.CallColumn = unit.Read(ref reader, spec).Value; break;
                default: abbrevs.Skip(ref reader, spec); break;
            }
        }

        return scope;
    }
}
