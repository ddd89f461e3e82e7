using CsCheck;
using Hud.Symbols.Demangling;
using Hud.Symbols.Elf;
using Hud.Symbols.Naming;
using Hud.Symbols.Tests.Demangling;

namespace Hud.Symbols.Tests.Naming;

/// <summary>Damaged and random names, mangled and readable, through everything that takes them apart.</summary>
public sealed class NamesFuzz
{
    private const string CppAlphabet = "NSIETLJXDCKPRFMAZBUtsaovijmbcl_0123456789";
    private const string PathAlphabet = "<>(){}[]:,-#& abfnclosurey_0123456789";

    [Fact]
    public void Random_cpp_names_are_answered()
    {
        Fuzz.Run(
            Gen.Int[0, CppAlphabet.Length - 1].Array[0, 80],
            static letters => "_Z" + string.Concat(letters.Select(letter => CppAlphabet[letter])),
            static name => Assert.True(!CppNames.TryRead(name, out string? read) || read.Length <= SymbolLimits.Default.MaxDemangledLength));
    }

    [Fact]
    public void Damaged_cpp_names_are_answered()
    {
        const string Library = "/usr/lib/x86_64-linux-gnu/libstdc++.so.6";
        Assert.SkipUnless(File.Exists(Library), $"{Library} is not installed");
        var names = new List<string>();
        foreach (ElfSymbol symbol in ElfImage.TryRead(File.ReadAllBytes(Library), SymbolLimits.Default, out _)!.DynamicSymbols)
        {
            if (symbol.Name.Span.StartsWith("_Z"u8)) names.Add(symbol.NameText);
        }

        Fuzz.Run(
            DamagedNames.Of([.. names], CppAlphabet),
            static name => Assert.True(!CppNames.TryRead(name, out string? read) || read.Length <= SymbolLimits.Default.MaxDemangledLength));
    }

    [Fact]
    public void Random_paths_are_answered()
    {
        string[] words = ["{closure#0}", "{{closure}}", "{async_fn_env#0}", "{impl#1}", "runtime::task::raw::poll::<", "<app::f::{closure#0} as core::ops::function::Fn", "::"];
        Gen<string> piece = Gen.Int[0, PathAlphabet.Length + words.Length - 1].Select(i => i < words.Length ? words[i] : PathAlphabet[i - words.Length].ToString());
        Fuzz.Run(
            Gen.Select(piece.Array[0, 40], piece.Array[0, 20], Gen.Int[0, 2]),
            static pieces => (Name: string.Concat(pieces.Item1), Qualified: string.Concat(pieces.Item2), Generics: (GenericArguments)pieces.Item3),
            static path => Assert.NotNull(FunctionNames.Readable(path.Name, path.Qualified, new FunctionNameOptions { Generics = path.Generics })));
    }
}
