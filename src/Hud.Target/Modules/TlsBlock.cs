namespace Hud.Target;

/// <summary>Where a module's thread-local variables are in each thread.</summary>
/// <param name="Offset">Add to the thread pointer; 0 where <paramref name="Dynamic"/> says how to reach the block.</param>
/// <param name="Size">Bytes of the block.</param>
/// <param name="Dynamic">Set for a shared library.</param>
public sealed record TlsBlock(long Offset, ulong Size, DynamicTls? Dynamic);
