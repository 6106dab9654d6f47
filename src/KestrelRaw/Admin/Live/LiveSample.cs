using System.Text.Json.Serialization;
using KestrelRaw.Admin.Pools;

namespace KestrelRaw.Admin.Live;

/// <summary>One second of the server.</summary>
/// <param name="Time">Unix milliseconds.</param>
/// <param name="State">See <see cref="LiveState"/>.</param>
/// <param name="Reasons">See <see cref="LiveState"/>.</param>
/// <param name="Endpoints">In the order of <see cref="LiveServer.Endpoints"/>.</param>
internal sealed record LiveSample(long Time, string State, IReadOnlyList<string> Reasons, IReadOnlyList<EndpointSample> Endpoints);

/// <param name="Name">The endpoint's.</param>
/// <param name="Pool">The endpoint's part in its pool.</param>
/// <param name="Backlog">Connections in the kernel's accept queue; null where the kernel can't say.</param>
/// <param name="Accepted">Since the start, as all counts here.</param>
/// <param name="Active">Accepted and not ended.</param>
/// <param name="Finished">By outcome, without those that have not happened.</param>
/// <param name="AcceptErrors">Failed calls of accept.</param>
/// <param name="AcceptedPerSecond">Since the sample before this one.</param>
/// <param name="FinishedPerSecond">The same, all outcomes.</param>
/// <param name="OutcomesPerSecond">The same, by outcome, without zeros.</param>
/// <param name="P50">Seconds from accept to close of those that completed in the last minute; null when none did.</param>
/// <param name="P99">The same.</param>
internal sealed record EndpointSample(
    string Name,
    PoolSample Pool,
    long? Backlog,
    long Accepted,
    long Active,
    IReadOnlyDictionary<string, long> Finished,
    long AcceptErrors,
    double AcceptedPerSecond,
    double FinishedPerSecond,
    IReadOnlyDictionary<string, double> OutcomesPerSecond,
    double? P50,
    double? P99);

/// <param name="Name">Endpoints with the same name share the pool.</param>
/// <param name="Size">Null is unlimited.</param>
/// <param name="InUse">Slots that this endpoint's connections hold.</param>
/// <param name="Queued">Accepted connections of this endpoint that wait for a slot.</param>
/// <param name="IsOverloaded">That queue does not drain; null where CoDel is off.</param>
/// <param name="Decision">Why the size is what it is, for a pool that finds its own.</param>
internal sealed record PoolSample(string Name, long? Size, long InUse, long Queued, bool? IsOverloaded, PoolDecision? Decision);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LiveServer))]
[JsonSerializable(typeof(LiveSample))]
internal sealed partial class LiveJson : JsonSerializerContext;
