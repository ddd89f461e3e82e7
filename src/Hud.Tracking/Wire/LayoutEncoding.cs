using Hud.Target;

namespace Hud.Tracking.Wire;

/// <summary>Turns a <see cref="TokioLayout"/> into what the BPF programs read.</summary>
internal static class LayoutEncoding
{
    public const uint MultiThread = 1;
    public const uint CurrentThread = 2;

    /// <summary>One of the two: the exact tracker without a layout.</summary>
    public const uint UnknownKind = 3;

    public static WireLayout Encode(TokioLayout layout)
    {
        var wire = new WireLayout();
        if (layout.MultiThread is { } multi)
            wire.Schedulers[0] = Encode(multi, MultiThread);
        if (layout.CurrentThread is { } current)
            wire.Schedulers[1] = Encode(current, CurrentThread);
        if (layout.Dynamic is { } dynamic)
        {
            wire.VectorOffset = dynamic.VectorOffset;
            wire.ModuleEntry = dynamic.ModuleId * (ulong)dynamic.EntrySize;
        }
        return wire;
    }

    private static WireScheduler Encode(SchedulerLayout layout, uint kind) => new()
    {
        Valid = 1,
        Kind = (byte)kind,
        SchedulerTls = layout.SchedulerTls,
        ToContext = layout.ToContext,
        ContextCore = layout.ContextCore,
        CoreTick = layout.CoreTick,
        TickMask = uint.MaxValue >> (32 - 8 * layout.TickSize),
        CorePark = layout.Parker.Offset,
        ParkedValue = layout.Parker.NoneValue,
        ParkedSize = (byte)layout.Parker.Size,
        TaskIdTls = layout.CurrentTaskIdTls ?? 0,
        HasTaskId = Flag(layout.CurrentTaskIdTls is not null),
        TaskTagTls = layout.CurrentTaskIdTagTls ?? 0,
        HasTaskTag = Flag(layout.CurrentTaskIdTagTls is not null),
        TagOffset = layout.Tag?.Offset ?? 0,
        TagSize = (byte)(layout.Tag?.Size ?? 0),
        TagValue = layout.Tag?.Value ?? 0,
        ContextOwner = layout.ContextOwner ?? 0,
        HasOwner = Flag(layout.ContextOwner is not null),
        OwnerIndex = layout.OwnerIndex ?? 0,
        HasIndex = Flag(layout.OwnerIndex is not null),
        OwnerHandle = layout.OwnerHandle ?? 0,
        HasHandle = Flag(layout.OwnerHandle is not null),
        CoreLifo = layout.CoreLifo ?? 0,
        HasLifo = Flag(layout.CoreLifo is not null),
        CoreQueue = layout.Queue?.Offset ?? 0,
        HasQueue = Flag(layout.Queue is not null),
        QueueHead = layout.Queue?.Ring?.Head ?? 0,
        QueueTail = layout.Queue?.Ring?.Tail ?? 0,
        IndexSize = (byte)(layout.Queue?.Ring?.IndexSize ?? 0),
    };

    private static byte Flag(bool value) => value ? (byte)1 : (byte)0;
}
