namespace KestrelRaw.Endpoints;

/// <summary>The pool that an endpoint's connections take their slots from.</summary>
/// <param name="Name">Endpoints with the same name share the pool.</param>
/// <param name="Size">Null is unlimited.</param>
/// <param name="PerClient">The most slots that one remote IP address may hold; null is unlimited.</param>
internal sealed record PoolSettings(string Name, int? Size, int? PerClient);
