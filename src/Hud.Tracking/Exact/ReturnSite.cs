using Hud.Target;

namespace Hud.Tracking.Exact;

/// <summary><c>enum hud_return_site</c>, with the <c>hud_runtime_kind</c> of the scheduler there.</summary>
[Flags]
internal enum ReturnSite : uint
{
    MultiThread = 1,
    CurrentThread = 2,

    /// <summary>Of a scheduler, as far as symbols tell, but not which.</summary>
    Scheduler = 3,
    Blocking = 4,

    /// <summary>In the outermost function of a thread, which the pool's loop or a scheduler's is inlined into.</summary>
    Outermost = 8,
}

internal static class ReturnSiteReader
{
    /// <summary>Whose code calls the poll functions there; both manglings write a path as lengths and names in a row.</summary>
    public static ReturnSite Of(LoadedModule module, ulong imageAddress)
    {
        foreach (var symbol in module.SymbolImage.Symbols)
        {
            if (!symbol.IsFunction || !symbol.IsDefined || imageAddress - symbol.Value >= symbol.Size)
                continue;
            var name = symbol.Name.Span;
            if (name.IndexOf("7runtime8blocking4pool"u8) >= 0)
                return ReturnSite.Blocking;
            if (name.IndexOf("12multi_thread6worker"u8) >= 0 || name.IndexOf("11thread_pool6worker"u8) >= 0)
                return ReturnSite.MultiThread;
            // A LocalSet runs its tasks on the one thread that it belongs to.
            if (name.IndexOf("14current_thread"u8) >= 0 || name.IndexOf("15basic_scheduler"u8) >= 0 || name.IndexOf("5local8LocalSet"u8) >= 0)
                return ReturnSite.CurrentThread;
            if (name.IndexOf("begin_short_backtrace"u8) >= 0)
                return ReturnSite.Scheduler | ReturnSite.Outermost;
        }
        return ReturnSite.Scheduler;
    }
}
