using Hud.Symbols.Elf;

namespace Hud.Target;

/// <summary>A thread-local variable.</summary>
/// <param name="Value">Offset in its module's TLS block, bytes.</param>
/// <param name="IsLazy">It is an Option inside std's Key, up to Rust 1.77: a tag may lie before the value.</param>
internal readonly record struct TlsVariable(ulong Value, ulong Size, bool IsLazy);

/// <summary>
/// The thread-locals that lead to Tokio's scheduler, by their symbols. How rustc spells the storage below a
/// <c>thread_local!</c> varies (…::__getit::__KEY, …::{{closure}}::VAL, …::__RUST_STD_INTERNAL_VAL), so only the path
/// above it is compared. A flag of one byte (…::__getit::STATE) may stand beside the value.
/// </summary>
/// <param name="Context"><c>runtime::context::CONTEXT</c>: a <c>Context</c>; from Tokio 1.22.</param>
/// <param name="Worker">Scoped <c>worker::CURRENT</c> of the multi_thread scheduler: pointer to <c>worker::Context</c>; before Tokio 1.30.</param>
/// <param name="CurrentThread">Scoped <c>CURRENT</c> of the current_thread scheduler: pointer to its <c>Context</c>; before Tokio 1.30.</param>
internal sealed record TokioTls(TlsVariable? Context, TlsVariable? Worker, TlsVariable? CurrentThread)
{
    public static TokioTls Find(ElfImage symbols)
    {
        TlsVariable? context = null, worker = null, current = null;
        foreach (var symbol in symbols.Symbols)
        {
            if (symbol.Type != ElfSymbolType.Tls || !symbol.IsDefined || symbol.Size is > 0 and < 8)
                continue;
            var name = symbol.Name.Span;
            var variable = new TlsVariable(symbol.Value, symbol.Size, name.IndexOf("__KEY"u8) >= 0);
            if (name.IndexOf("5tokio7runtime7context7CONTEXT"u8) >= 0)
                context ??= variable;
            else if (name.IndexOf("12multi_thread6worker7CURRENT"u8) >= 0 || name.IndexOf("11thread_pool6worker7CURRENT"u8) >= 0)
                worker ??= variable;
            else if (name.IndexOf("14current_thread7CURRENT"u8) >= 0 || name.IndexOf("15basic_scheduler7CURRENT"u8) >= 0)
                current ??= variable;
        }
        return new TokioTls(context, worker, current);
    }
}
