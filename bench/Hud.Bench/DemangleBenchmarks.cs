using BenchmarkDotNet.Attributes;
using Hud.Symbols.Demangling;
using Hud.Symbols.Naming;

namespace Hud.Bench;

/// <summary>One name of each scheme; what is allocated is the readable name.</summary>
public class DemangleBenchmarks
{
    private const string V0 = "_RINvMs_NtNtCs8rHf3KbkKtP_11rustc_infer5infer2atNtB5_2At8eq_traceINtNtCsaNLjxPusdsh_13rustc_type_ir9predicate9AliasTermNtNtNtCsjxQzBqb8aDj_12rustc_middle2ty7context6TyCtxtEECsaKdFadCGQuc_21rustc_trait_selection";
    private const string Legacy = "_ZN71_$LT$alloc..sync..Arc$LT$T$C$A$GT$$u20$as$u20$core..ops..drop..Drop$GT$4drop17haab14a2911e54053E";
    private const string Cpp = "_ZNSt6vectorIN4llvm11SmallVectorINS0_14SchedDFSResult10ConnectionELj4EEESaIS4_EE17_M_default_appendEm";

    [Benchmark]
    public string Rust_v0() => RustDemangler.TryDemangle(V0, out string name) ? name : throw new InvalidOperationException();

    [Benchmark]
    public string Rust_legacy() => RustDemangler.TryDemangle(Legacy, out string name) ? name : throw new InvalidOperationException();

    [Benchmark]
    public string Cpp_names() => CppNames.TryRead(Cpp, out string? name) ? name : throw new InvalidOperationException();

    [Benchmark]
    public string Async_body() => FunctionNames.Readable("app::handlers::flush::{closure#0}::{closure#1}", "app::handlers::flush::{async_fn#0}::{closure#1}");
}
