using System.Net;

namespace KestrelRaw.Connections.Pools;

/// <summary>
/// What one client address has in a pool that limits slots by client. Guarded by the pool's lock.
/// <see cref="Competing"/> never passes the limit: it counts the slots that the client holds and those of its waiters
/// that stand in an endpoint's queue. The client's further waiters are parked here and move into the queue one by one,
/// so that a release never has to look through waiters that may not have the slot.
/// </summary>
internal sealed class ClientSlots(ClientTable table, IPAddress address)
{
    public ClientTable Table => table;

    public IPAddress Address => address;

    public int Competing { get; set; }

    /// <summary>In the order of their arrival.</summary>
    public LinkedList<PoolWaiter> Parked { get; } = new();
}

/// <summary>The clients that hold or want slots. Those that have gone are forgotten.</summary>
internal sealed class ClientTable(int limit)
{
    private readonly Dictionary<IPAddress, ClientSlots> _clients = [];

    public int Limit => limit;

    public int Count => _clients.Count;

    public IEnumerable<ClientSlots> All => _clients.Values;

    /// <summary>Null for one without an IP address, behind a Unix domain socket: it is not limited.</summary>
    public ClientSlots? Find(EndPoint? remoteEndPoint)
    {
        if (remoteEndPoint is not IPEndPoint { Address: { } address })
        {
            return null;
        }

        // A socket for both protocols shows 10.0.0.1 as ::ffff:10.0.0.1.
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (!_clients.TryGetValue(address, out ClientSlots? client))
        {
            client = new ClientSlots(this, address);
            _clients.Add(address, client);
        }

        return client;
    }

    public bool MayCompete(ClientSlots? client) => client is null || client.Competing < limit;

    public void ForgetIfGone(ClientSlots client)
    {
        if (client.Competing == 0 && client.Parked.Count == 0)
        {
            _clients.Remove(client.Address);
        }
    }
}
