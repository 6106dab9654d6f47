using System.Net;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Connections.Tests.Admission;

/// <summary>Enters an endpoint's queue with connections that have no socket, and notes what becomes of them.</summary>
internal sealed class QueueUser(ConnectionAdmission admission) : IQueueOwner
{
    private readonly Dictionary<QueuedConnection, string> _names = [];

    /// <summary>The slots that were given, by the name of the connection, in their order.</summary>
    public OrderedDictionary<string, ConnectionLease> Served { get; } = [];

    public List<string> TimedOut { get; } = [];

    public Action<QueuedConnection, ConnectionLease>? Granted { get; init; }

    /// <returns>The slot if there was one at once.</returns>
    public ConnectionLease Enter(string name = "", string client = "10.0.0.1")
    {
        var connection = new QueuedConnection(new AcceptedSocket(null!, new IPEndPoint(IPAddress.Parse(client), 1), 0), this, admission, default);
        _names.Add(connection, name);
        EntryAnswer answer = admission.Enter(connection, new EntryTerms(int.MaxValue, IsTimed: true, OnlyIfClientIsFull: false), out ConnectionLease lease);
        if (answer == EntryAnswer.Granted)
        {
            _names.Remove(connection);
        }

        return lease;
    }

    public void Queue(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            Assert.False(Enter(name).IsHeld);
        }
    }

    void IQueueOwner.OnGranted(QueuedConnection connection, ConnectionLease lease)
    {
        if (Granted is null)
        {
            Served.Add(_names[connection], lease);
        }

        Assert.True(_names.Remove(connection));
        Granted?.Invoke(connection, lease);
    }

    void IQueueOwner.OnLeft(QueuedConnection connection, ConnectionOutcome outcome)
    {
        Assert.Equal(ConnectionOutcome.QueueTimeout, outcome);
        TimedOut.Add(_names[connection]);
        Assert.True(_names.Remove(connection));
    }
}
