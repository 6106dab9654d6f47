using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Connections.Admission;

/// <summary>What becomes of a connection that waits for a slot. Exactly one of the two is called, once.</summary>
internal interface IQueueOwner
{
    void OnGranted(QueuedConnection connection, ConnectionLease lease);

    /// <summary>It left the queue without a slot.</summary>
    void OnLeft(QueuedConnection connection, ConnectionOutcome outcome);
}

/// <summary>An accepted connection that waits for a slot. Its socket is not touched meanwhile: what the client sends stays in the kernel.</summary>
internal sealed class QueuedConnection(AcceptedSocket socket, IQueueOwner owner, ConnectionAdmission admission, ConnectionLease pending)
    : PoolWaiter(admission.Member, socket.RemoteEndPoint)
{
    private static long _lastKey;

    // Held while the watch begins and ends: .NET answers a Dispose while another thread is in a call on the socket with a RST,
    // and a client whose FIN was there before is known to have left before the call that begins the watch has returned.
    private readonly Lock _watching = new();
    private HangUpWatcher? _watcher;
    private bool _hasLeft;

    public override bool IsConnection => true;

    public AcceptedSocket Socket => socket;

    /// <summary>Unique in the process.</summary>
    public long Key { get; } = Interlocked.Increment(ref _lastKey);

    public IQueueOwner Owner => owner;

    /// <summary>Tells the owner that there is somebody to wait for; the owner frees it.</summary>
    public ConnectionLease Pending => pending;

    /// <summary>The connection leaves the queue as soon as its client is gone.</summary>
    public void Watch(HangUpWatcher watcher)
    {
        lock (_watching)
        {
            if (!_hasLeft && watcher.TryWatch(this))
            {
                _watcher = watcher;
            }
        }
    }

    public override void OnGranted(ConnectionLease lease)
    {
        EndWatch();
        owner.OnGranted(this, lease);
    }

    /// <summary>Takes the connection out of the queue, if it is still there.</summary>
    public void Leave(ConnectionOutcome outcome)
    {
        if (admission.Pool.TryLeave(this))
        {
            OnLeft(outcome);
        }
    }

    /// <summary>The connection was taken out of the queue.</summary>
    public void OnLeft(ConnectionOutcome outcome)
    {
        EndWatch();
        owner.OnLeft(this, outcome);
    }

    private void EndWatch()
    {
        lock (_watching)
        {
            _hasLeft = true;
            _watcher?.Unwatch(this);
        }
    }
}
