using KestrelRaw.Connections.Adaptation;

namespace KestrelRaw.Endpoints;

/// <summary>The pool that an endpoint's connections take their slots from.</summary>
/// <param name="Name">Endpoints with the same name share the pool.</param>
/// <param name="Size">Null is unlimited. An adaptive pool begins with it; null leaves that to the pool.</param>
/// <param name="PerClient">The most slots that one remote IP address may hold; null is unlimited.</param>
/// <param name="Adaptive">Within which bounds the pool finds its own size; null: it does not.</param>
/// <param name="StatesSize">This endpoint says the size, not only another one that shares the pool.</param>
/// <param name="StatesPerClient">The same of <paramref name="PerClient"/>.</param>
/// <param name="StatesAdaptive">The same of <paramref name="Adaptive"/>.</param>
internal sealed record PoolSettings(
    string Name,
    int? Size,
    int? PerClient,
    AdaptivePoolSizeOptions? Adaptive = null,
    bool StatesSize = false,
    bool StatesPerClient = false,
    bool StatesAdaptive = false)
{
    /// <summary>What the pool has at the start; null is unlimited.</summary>
    public int? StartSize => Adaptive is { } adaptive ? Math.Clamp(Size ?? AdaptivePoolSizeOptions.DefaultStart, adaptive.Minimum, adaptive.Maximum) : Size;

    /// <summary>The settings in force after a change of the file: whether a pool is adaptive, its bounds and its first size are settled at the start.</summary>
    public PoolSettings ChangedTo(PoolSettings changed) => Adaptive is null && changed.Adaptive is null
        ? changed
        : changed with { Size = Size, StatesSize = StatesSize, Adaptive = Adaptive, StatesAdaptive = StatesAdaptive };
}
