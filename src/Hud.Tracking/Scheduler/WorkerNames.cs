namespace Hud.Tracking.Scheduler;

/// <summary>Which threads are workers when only their names can tell.</summary>
internal static class WorkerNames
{
    /// <summary>Default thread names, as the kernel cuts them to 15 bytes: to Tokio 1.49, and from 1.50 on.</summary>
    private static readonly string[] Defaults = ["tokio-runtime-w", "tokio-rt-worker"];

    public static bool IsWorker(string name, string? prefix) =>
        prefix is null ? Array.IndexOf(Defaults, name) >= 0 : name.StartsWith(Cut(prefix), StringComparison.Ordinal);

    /// <summary>The kernel keeps 15 bytes of a name; a longer prefix would never match.</summary>
    private static string Cut(string prefix) => prefix.Length > 15 ? prefix[..15] : prefix;
}
