namespace Hud.Analysis.Classification;

/// <summary>What a mapped file is to the program under watch.</summary>
internal enum ModuleRole
{
    /// <summary>The executable, or the shared object that Tokio is linked into.</summary>
    Program,

    /// <summary>The C library and what belongs to it: loader, threads, resolver, vdso.</summary>
    Libc,

    /// <summary>Any other shared object.</summary>
    Library,
}

internal static class ModuleRoles
{
    private static readonly string[] LibcFiles =
        ["libc.so", "libc-2.", "libc.musl", "ld-linux", "ld-musl", "ld-2.", "ld.so", "libpthread", "libm.so", "libm-2.", "librt.so", "librt-2.", "libdl.so", "libdl-2.",
         "libresolv", "libnss_", "libnsl", "libutil.so", "libanl", "libgcc_s", "[vdso]", "[vsyscall]", "linux-vdso"];

    public static ModuleRole Of(string fileName, bool isProgram)
    {
        if (isProgram) return ModuleRole.Program;
        foreach (var file in LibcFiles)
        {
            if (fileName.StartsWith(file, StringComparison.Ordinal)) return ModuleRole.Libc;
        }
        return ModuleRole.Library;
    }
}
