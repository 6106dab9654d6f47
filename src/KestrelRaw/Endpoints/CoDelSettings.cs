using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Endpoints;

/// <summary>An endpoint's CoDel.</summary>
/// <param name="IsEnabled">Null: where the pool is adaptive.</param>
/// <param name="Options">The terms, should it be on.</param>
internal sealed record CoDelSettings(bool? IsEnabled, CoDelOptions Options)
{
    public CoDelOptions? For(PoolSettings pool) => IsEnabled ?? pool.Adaptive is not null ? Options : null;
}
