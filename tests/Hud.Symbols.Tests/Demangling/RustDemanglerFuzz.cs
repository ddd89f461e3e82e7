using Hud.Symbols.Demangling;

namespace Hud.Symbols.Tests.Demangling;

/// <summary>Damaged real names: an answer, whatever comes in.</summary>
public sealed class RustDemanglerFuzz
{
    private const string Alphabet = "BCNIMXYTRQPOADFKELGUWVSpnesuvy_0123456789abcdefhZ$.";

    [Fact]
    public void Damaged_names_are_answered() =>
        Fuzz.Run(DamagedNames.Of([.. RustDemanglerTests.Names().Select(row => row.Data.Item1)], Alphabet), static name =>
        {
            DemangleStatus status = RustDemangler.Demangle(name, out string? readable);
            Assert.True(status == DemangleStatus.Demangled ? readable is not null && readable.Length <= SymbolLimits.Default.MaxDemangledLength : readable is null);
        });
}
