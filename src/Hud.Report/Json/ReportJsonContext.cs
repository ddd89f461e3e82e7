using System.Text.Json.Serialization;
using Hud.Analysis.Model;

namespace Hud.Reporting;

// Metadata mode: the generated fast path would build the whole document in memory before writing it.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 32)]
[JsonSerializable(typeof(Report))]
[JsonSerializable(typeof(PollRecord))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
