using System.Net;

namespace KestrelRaw.Connections.Tests.Pools;

/// <summary>
/// What a pool should do, written as plainly as can be, for one thread: lists that are searched from the start. Ids stand
/// for connections.
/// </summary>
internal sealed class PoolModel(int members)
{
    private readonly List<(int Id, int Member, IPAddress? Client)> _held = [];
    private readonly List<int>[] _queues = [.. Enumerable.Range(0, members).Select(_ => new List<int>())];
    private readonly List<(int Id, int Member, IPAddress? Client)> _parked = [];
    private readonly Dictionary<int, (int Id, int Member, IPAddress? Client)> _known = [];
    private readonly List<int> _turns = [];

    public int? Size { get; set; }

    public bool IsPaused { get; set; }

    public int? PerClient { get; set; }

    public bool[] NewestFirst { get; } = new bool[members];

    public int InUse => _held.Count;

    public IEnumerable<int> Held => _held.Select(one => one.Id);

    public IEnumerable<int> Waiting => _queues.SelectMany(queue => queue).Concat(_parked.Select(one => one.Id));

    private bool HasRoom => !IsPaused && (Size is null || InUse < Size);

    /// <returns>Whether there was a slot at once.</returns>
    public bool Try(int id, int member, IPAddress? client)
    {
        bool canTake = HasRoom && _turns.Count == 0 && MayCompete(client);
        if (canTake)
        {
            _held.Add((id, member, client));
        }

        return canTake;
    }

    public bool Enter(int id, int member, IPAddress? client)
    {
        if (Try(id, member, client))
        {
            return true;
        }

        Place((id, member, client));
        Grant();
        return false;
    }

    public void Release(int id)
    {
        IPAddress? client = _held.Single(one => one.Id == id).Client;
        _held.RemoveAll(one => one.Id == id);
        MoveUp(client);
        Grant();
    }

    public void Leave(int id)
    {
        if (_parked.RemoveAll(one => one.Id == id) == 0)
        {
            (_, int member, IPAddress? client) = _known[id];
            _queues[member].Remove(id);
            if (_queues[member].Count == 0)
            {
                _turns.Remove(member);
            }

            MoveUp(client);
        }

        Grant();
    }

    public void Grant()
    {
        while (HasRoom && _turns.Count > 0)
        {
            int member = _turns[0];
            List<int> queue = _queues[member];
            int id = NewestFirst[member] ? queue[^1] : queue[0];
            queue.Remove(id);
            _turns.RemoveAt(0);
            if (queue.Count > 0)
            {
                _turns.Add(member);
            }

            _held.Add(_known[id]);
        }
    }

    private void Place((int Id, int Member, IPAddress? Client) one)
    {
        _known[one.Id] = one;
        if (!MayCompete(one.Client))
        {
            _parked.Add(one);
            return;
        }

        _queues[one.Member].Add(one.Id);
        if (!_turns.Contains(one.Member))
        {
            _turns.Add(one.Member);
        }
    }

    private void MoveUp(IPAddress? client)
    {
        (int Id, int Member, IPAddress? Client)[] own = [.. _parked.Where(one => one.Client!.Equals(client))];
        if (own.Length > 0 && MayCompete(client))
        {
            (int Id, int Member, IPAddress? Client) next = NewestFirst[own[^1].Member] ? own[^1] : own[0];
            _parked.Remove(next);
            Place(next);
        }
    }

    private bool MayCompete(IPAddress? client) =>
        PerClient is null || client is null
        || _held.Count(one => client.Equals(one.Client)) + _queues.Sum(queue => queue.Count(id => client.Equals(_known[id].Client))) < PerClient;
}
