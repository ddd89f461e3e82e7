namespace Hud.Symbols;

/// <summary>What may still be read of something in one file, whoever reads it.</summary>
internal sealed class ReadBudget(long left)
{
    /// <summary>False, from then on, once more was asked for than there is.</summary>
    public bool TryTake(long count)
    {
        left = count <= left ? left - count : -1;
        return left >= 0;
    }
}
