namespace KestrelRaw.Endpoints;

/// <summary>The pool that an endpoint's connections take their slots from.</summary>
/// <param name="Name">Endpoints with the same name share the pool.</param>
/// <param name="Size">Null is unlimited.</param>
/// <param name="PerClient">The most slots that one remote IP address may hold; null is unlimited.</param>
/// <param name="StatesSize">This endpoint says the size, not only another one that shares the pool.</param>
/// <param name="StatesPerClient">The same of <paramref name="PerClient"/>.</param>
internal sealed record PoolSettings(string Name, int? Size, int? PerClient, bool StatesSize = false, bool StatesPerClient = false);
