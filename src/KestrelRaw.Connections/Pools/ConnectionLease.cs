using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Pools;

/// <summary>
/// A slot of a <see cref="ConnectionPool"/> in somebody's hands. Disposing it frees the slot, once: copies of the lease
/// and further calls do nothing. The default value holds no slot.
/// </summary>
public readonly record struct ConnectionLease : IDisposable
{
    private readonly PoolSlot? _slot;
    private readonly int _version;

    internal ConnectionLease(PoolSlot slot, int version)
    {
        _slot = slot;
        _version = version;
    }

    /// <summary>True until the lease, or a copy of it, was disposed.</summary>
    public bool IsHeld => _slot is not null && _slot.IsHeldBy(_version);

    internal PoolSlot? Slot => _slot;

    /// <summary>
    /// Says which connection holds the slot, so that <see cref="ConnectionPool.GetRunning"/> shows it and
    /// <see cref="ConnectionPool.AbortAsync"/> can abort it. To be called by the lease's owner, before it can be disposed.
    /// </summary>
    public void Attach(BaseConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (_slot is not null && IsHeld)
        {
            _slot.RemoteEndPoint ??= connection.RemoteEndPoint;
            _slot.Connection = connection;
        }
    }

    /// <summary>Frees the slot.</summary>
    public void Dispose() => _slot?.Release(_version);
}
