using Hud.Live.Terminal;
using Hud.Live.View;

namespace Hud.Live.Screens;

/// <summary>A bar of letters in proportion: c on CPU, b blocked, q run queue. A part above nothing gets at least one.</summary>
internal static class SplitBar
{
    public static void Draw(Canvas canvas, int x, int y, int width, long onCpu, long blocked, long runQueue)
    {
        var all = onCpu + blocked + runQueue;
        if (all <= 0 || width <= 0) return;
        var cpuCells = Cells(onCpu);
        var queueCells = Math.Min(Cells(runQueue), width - cpuCells);
        var blockedCells = blocked > 0 ? Math.Max(1, width - cpuCells - queueCells) : 0;
        // Rounding up small parts takes from the largest.
        if (cpuCells + blockedCells + queueCells > width) cpuCells = Math.Max(cpuCells > 0 ? 1 : 0, width - blockedCells - queueCells);
        if (blockedCells == 0) cpuCells = onCpu > 0 ? width - queueCells : 0;
        Run(canvas, x, y, cpuCells, "c", canvas.Theme.Cause("cpu"));
        Run(canvas, x + cpuCells, y, blockedCells, "b", canvas.Theme.BlockedBriefly);
        Run(canvas, x + cpuCells + blockedCells, y, width - cpuCells - blockedCells, "q", canvas.Theme.RunQueue);

        int Cells(long part) => part <= 0 ? 0 : Math.Clamp((int)Math.Round((double)part / all * width), 1, width);
    }

    private static void Run(Canvas canvas, int x, int y, int cells, string letter, Style style)
    {
        for (var i = 0; i < cells; i++) canvas.Cells.Write(x + i, y, 1, letter, style);
    }
}
