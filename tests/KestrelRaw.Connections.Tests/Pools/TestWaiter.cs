using System.Net;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Connections.Tests.Pools;

/// <summary>A queued connection without a socket.</summary>
internal sealed class TestWaiter(PoolMember member, IPAddress? client = null, Action<TestWaiter>? onGranted = null)
    : PoolWaiter(member, client is null ? null : new IPEndPoint(client, 1))
{
    private int _grants;

    public override bool IsConnection => true;

    public ConnectionLease Lease { get; private set; }

    public bool IsGranted => Volatile.Read(ref _grants) == 1;

    public override void OnGranted(ConnectionLease lease)
    {
        Lease = lease;
        if (Interlocked.Increment(ref _grants) != 1)
        {
            throw new InvalidOperationException("A waiter got a second slot.");
        }

        onGranted?.Invoke(this);
    }
}
