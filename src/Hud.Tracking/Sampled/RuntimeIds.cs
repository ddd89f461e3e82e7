namespace Hud.Tracking.Sampled;

/// <summary>Small numbers for runtimes, from 1 in the order they were first seen; 0 for unknown.</summary>
internal sealed class RuntimeIds
{
    private readonly Dictionary<ulong, int> _ids = [];

    /// <param name="handle">Address of the runtime's handle in the target; 0 where it is unknown.</param>
    public int Of(ulong handle)
    {
        if (handle == 0)
            return 0;
        if (!_ids.TryGetValue(handle, out var id))
            _ids.Add(handle, id = _ids.Count + 1);
        return id;
    }
}
