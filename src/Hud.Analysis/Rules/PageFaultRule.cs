using Hud.Analysis.Model;

namespace Hud.Analysis.Rules;

/// <summary>
/// Asleep in a page fault: the page comes from a file or from swap, or the address space is locked. CPU time spent on reading
/// it in counts too; minor faults cost CPU time only and stay <c>cpu</c>, but see <see cref="Session.PollContext"/>.
/// </summary>
internal sealed class PageFaultRule : ICauseRule
{
    private static readonly string[] Entry =
        ["exc_page_fault", "asm_exc_page_fault", "do_user_addr_fault", "handle_mm_fault", "__handle_mm_fault", "do_page_fault", "do_mem_abort", "el0_da", "el0_ia"];

    /// <summary>What runs only when a mapped page has to come from its file.</summary>
    private static readonly string[] Reading =
        ["filemap_read_folio", "page_cache_ra_unbounded", "page_cache_ra_order", "page_cache_sync_ra", "page_cache_async_ra", "do_page_cache_ra", "read_pages", "ondemand_readahead", "force_page_cache_ra"];

    /// <summary>The kernel is handling a page fault, of whichever kind.</summary>
    public static bool IsInHandler(IReadOnlyList<Frame> frames)
    {
        foreach (var frame in frames)
        {
            if (frame.Kind != FrameKind.Kernel) return false;
            if (Entry.Contains(frame.Function)) return true;
        }
        return false;
    }

    public CauseVerdict? Check(Evidence evidence)
    {
        if (!evidence.KernelHas(Entry)) return null;
        var swap = evidence.KernelHas("do_swap_page", "swapin_readahead", "swap_readpage", "swap_read_folio");
        if (!evidence.Asleep && !swap && !evidence.KernelHas(Reading)) return null;
        if (swap) return new CauseVerdict(Causes.PageFault, "page fault: swap");
        if (evidence.KernelHas("filemap_fault", "__filemap_get_folio", "filemap_read_folio", "__do_fault", "page_cache_ra_unbounded", "page_cache_ra_order")) return new CauseVerdict(Causes.PageFault, "page fault: mapped file");
        if (evidence.KernelHas("handle_userfault")) return new CauseVerdict(Causes.PageFault, "page fault: userfaultfd");
        return new CauseVerdict(Causes.PageFault, "page fault");
    }
}
