using CsCheck;
using Hud.Symbols.Demangling;
using Hud.Symbols.Naming;

namespace Hud.Symbols.Tests.Naming;

/// <summary>Random mangled and readable names through everything that takes them apart.</summary>
public sealed class NamesFuzz
{
    private const string CppAlphabet = "NSIETLJXDCKPRFMAZBUtsaovijmbcl_0123456789";
    private const string PathAlphabet = "<>(){}[]:,-#& abfnclosurey_0123456789";

    [Fact]
    public void Random_cpp_names_are_answered()
    {
        Gen.Int[0, CppAlphabet.Length - 1].Array[0, 80].Sample(
            static letters =>
            {
                string name = "_Z" + string.Concat(letters.Select(letter => CppAlphabet[letter]));
                return !CppNames.TryRead(name, out string? read) || read.Length <= DemangleLimits.MaxLength;
            },
            iter: Fuzz.Iterations * 5);
    }

    [Fact]
    public void Random_paths_are_answered()
    {
        string[] words = ["{closure#0}", "{{closure}}", "{async_fn_env#0}", "{impl#1}", "runtime::task::raw::poll::<", "<app::f::{closure#0} as core::ops::function::Fn", "::"];
        Gen<string> piece = Gen.Int[0, PathAlphabet.Length + words.Length - 1].Select(i => i < words.Length ? words[i] : PathAlphabet[i - words.Length].ToString());
        Gen.Select(piece.Array[0, 40], piece.Array[0, 20], Gen.Int[0, 2]).Sample(
            static (name, qualified, generics) =>
                FunctionNames.Readable(string.Concat(name), string.Concat(qualified), new FunctionNameOptions { Generics = (GenericArguments)generics }) is not null,
            iter: Fuzz.Iterations * 5);
    }
}
