namespace Hud.Analysis.Session;

/// <summary>
/// Names of futures by index, from the stacks of their blocking polls. Where they differ from poll to poll the one seen is not the
/// future, which may be a <c>Box&lt;dyn Future&gt;</c> or have no function left.
/// </summary>
internal sealed class SeenFutures
{
    private readonly Dictionary<int, string?> _names = [];

    public void Add(int future, string name)
    {
        if (!_names.TryAdd(future, name) && _names[future] != name) _names[future] = null;
    }

    /// <summary>Null where none or several were seen.</summary>
    public string? Of(int future) => _names.GetValueOrDefault(future);
}
