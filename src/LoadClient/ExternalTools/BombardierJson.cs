using System.Text.Json.Serialization;

namespace LoadClient.ExternalTools;

/// <summary>The part of bombardier's JSON that the sweep reads.</summary>
internal sealed record BombardierReport(BombardierResult Result);

/// <param name="TimeTakenSeconds">Of the whole run.</param>
/// <param name="Req1xx">Responses with such a status.</param>
/// <param name="Req2xx">The same.</param>
/// <param name="Req3xx">The same.</param>
/// <param name="Req4xx">The same.</param>
/// <param name="Req5xx">The same.</param>
/// <param name="Others">Requests without a response, or with no such status.</param>
/// <param name="Errors">Missing when there is none.</param>
/// <param name="Latency">Missing when nothing ended.</param>
internal sealed record BombardierResult(
    double TimeTakenSeconds,
    long Req1xx,
    long Req2xx,
    long Req3xx,
    long Req4xx,
    long Req5xx,
    long Others,
    IReadOnlyList<BombardierError>? Errors = null,
    BombardierLatency? Latency = null);

/// <summary>Microseconds.</summary>
/// <param name="Max">The greatest.</param>
/// <param name="Percentiles">By their number as text: <c>50</c>.</param>
internal sealed record BombardierLatency(double Max, IReadOnlyDictionary<string, double?>? Percentiles = null);

internal sealed record BombardierError(string Description, long Count);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BombardierReport))]
internal sealed partial class BombardierJson : JsonSerializerContext;
