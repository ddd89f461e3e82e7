using System.Globalization;
using Hud.Analysis.Model;

namespace Hud.Analysis;

/// <summary>A runtime in words.</summary>
public static class RuntimeText
{
    /// <summary>Kind, workers, whose it is where that is not plain, and how busy its blocking pool was where that is known.</summary>
    public static string Of(RuntimeInfo runtime)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        var text = string.Create(CultureInfo.InvariantCulture, $"{runtime.Kind}, {runtime.Workers} {(runtime.Workers == 1 ? "worker" : "workers")}");
        if (runtime.Module is { } module) text += $", of {module}{(runtime.TokioVersion is { } version ? $" (Tokio {version})" : "")}";
        if (runtime.BlockingPool is not { } pool) return text;
        var saturated = pool.SaturatedNs > 0 ? $", saturated for {Durations.Text(pool.SaturatedNs)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{text}; blocking pool: at most {pool.MaxBusy} of {pool.Limit} threads busy, {pool.MaxQueued} queued{saturated}");
    }
}
