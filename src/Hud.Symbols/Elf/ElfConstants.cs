namespace Hud.Symbols.Elf;

/// <summary>e_machine of the two supported processors.</summary>
public enum ElfMachine : ushort
{
    X86_64 = 62,
    AArch64 = 183,
}

/// <summary>e_type.</summary>
public enum ElfType : ushort
{
    None = 0,
    Relocatable = 1,
    Executable = 2,
    Dynamic = 3,
    Core = 4,
}

/// <summary>sh_type; other values occur and are kept.</summary>
public enum ElfSectionType : uint
{
    Null = 0,
    ProgramBits = 1,
    SymbolTable = 2,
    StringTable = 3,
    Rela = 4,
    Note = 7,
    NoBits = 8,
    DynamicSymbols = 11,
    SymbolTableIndexes = 18,
    Relr = 19,
}

/// <summary>sh_flags that matter here.</summary>
[Flags]
public enum ElfSectionFlags : ulong
{
    None = 0,
    Write = 1,
    Alloc = 2,
    Executable = 4,
    Tls = 0x400,
    Compressed = 0x800,
}

/// <summary>p_type; other values occur and are kept.</summary>
public enum ElfSegmentType : uint
{
    Null = 0,
    Load = 1,
    Dynamic = 2,
    Interpreter = 3,
    Note = 4,
    Tls = 7,
    GnuEhFrame = 0x6474e550,
}

/// <summary>p_flags.</summary>
[Flags]
public enum ElfSegmentFlags : uint
{
    None = 0,
    Execute = 1,
    Write = 2,
    Read = 4,
}

/// <summary>Low half of st_info.</summary>
public enum ElfSymbolType : byte
{
    None = 0,
    Object = 1,
    Function = 2,
    Section = 3,
    File = 4,
    Common = 5,
    Tls = 6,
    IndirectFunction = 10,
}

/// <summary>High half of st_info.</summary>
public enum ElfSymbolBinding : byte
{
    Local = 0,
    Global = 1,
    Weak = 2,
    Unique = 10,
}
