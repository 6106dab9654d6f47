using System.Net;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Connections.Tests.Pools;

/// <summary>The pool does step by step what the model does, over random histories. A failure names its seed.</summary>
public sealed class PoolModelTests(ITestOutputHelper output)
{
    private const int Members = 3;
    private const int Steps = 50_000;

    private static readonly IPAddress?[] Clients = [null, .. Enumerable.Range(1, 4).Select(i => IPAddress.Parse($"10.0.0.{i}"))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(null)]
    public void RandomHistory_OneThread_IsTheModels(int? givenSeed)
    {
        int seed = givenSeed ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var run = new Run(new Random(seed), perClient: seed % 2 == 0 ? 2 : null);
        for (int step = 0; step < Steps; step++)
        {
            string what = run.Step();
            Assert.True(run.Agrees(out string difference), $"seed {seed}, step {step}, {what}: {difference}");
        }

        run.Finish();
        Assert.True(run.Agrees(out string left), $"seed {seed}, at the end: {left}");
    }

    private sealed class Run
    {
        private readonly Random _random;
        private readonly ConnectionPool _pool = new(3);
        private readonly PoolMember[] _members = [.. Enumerable.Range(0, Members).Select(_ => new PoolMember())];
        private readonly PoolModel _model = new(Members) { Size = 3 };
        private readonly SortedDictionary<int, ConnectionLease> _leases = [];
        private readonly SortedDictionary<int, TestWaiter> _waiters = [];
        private int _lastId;

        public Run(Random random, int? perClient)
        {
            _random = random;
            _pool.PerClient = perClient;
            _model.PerClient = perClient;
        }

        public string Step()
        {
            switch (_random.Next(20))
            {
                case < 3:
                    return Try();
                case < 8:
                    return Enter();
                case < 14:
                    return Release();
                case < 16:
                    return Leave();
                case 16:
                    int? size = _random.Next(8) is var count and < 7 ? count : null;
                    _pool.Resize(size);
                    _model.Size = size;
                    _model.Grant();
                    return $"resize to {size}";
                case 17 when !_pool.IsPaused && _random.Next(3) == 0:
                    _pool.Pause();
                    _model.IsPaused = true;
                    return "pause";
                case 17 or 18:
                    _pool.Resume();
                    _model.IsPaused = false;
                    _model.Grant();
                    return "resume";
                default:
                    int member = _random.Next(Members);
                    bool isNewestFirst = _random.Next(2) == 0;
                    _pool.SetOrder(_members[member], isNewestFirst ? QueueOrder.NewestFirst : QueueOrder.OldestFirst);
                    _model.NewestFirst[member] = isNewestFirst;
                    return $"order of {member}: newest first {isNewestFirst}";
            }
        }

        /// <summary>Everybody goes home.</summary>
        public void Finish()
        {
            while (_waiters.Count > 0)
            {
                Leave();
                Collect();
            }

            while (_leases.Count > 0)
            {
                Release();
            }

            Assert.Equal(0, _pool.InUse);
            Assert.Equal(0, _pool.KnownClients);
            Assert.Empty(_pool.GetRunning());
            Assert.All(_members, member => Assert.Equal((0, 0, 0), (member.InUse, member.Queued, member.Timed.Count)));
        }

        public bool Agrees(out string difference)
        {
            Collect();
            int[] held = [.. _model.Held.Order()];
            int[] waiting = [.. _model.Waiting.Order()];
            difference =
                !held.SequenceEqual(_leases.Keys) ? $"slots are held by {string.Join(',', _leases.Keys)}, in the model by {string.Join(',', held)}"
                : !waiting.SequenceEqual(_waiters.Keys) ? $"{string.Join(',', _waiters.Keys)} wait, in the model {string.Join(',', waiting)}"
                : _pool.InUse != _model.InUse || _members.Sum(member => member.InUse) != _model.InUse ? $"{_pool.InUse} in use, in the model {_model.InUse}"
                : _members.Sum(_pool.CountQueued) != waiting.Length ? "the counts of the queued are wrong"
                : "";
            return difference.Length == 0;
        }

        private string Try()
        {
            (int id, int member, IPAddress? client) = Next();
            bool isTaken = _pool.TryTake(_members[member], client is null ? null : new IPEndPoint(client, 1), out ConnectionLease lease);
            Assert.Equal(_model.Try(id, member, client), isTaken);
            if (isTaken)
            {
                _leases.Add(id, lease);
            }

            return $"try {id} of {member} for {client}";
        }

        private string Enter()
        {
            (int id, int member, IPAddress? client) = Next();
            var waiter = new TestWaiter(_members[member], client);
            bool isGranted = _pool.Enter(waiter, EntryTerms.Unlimited with { IsTimed = true }, out ConnectionLease lease) == EntryAnswer.Granted;
            Assert.Equal(_model.Enter(id, member, client), isGranted);
            if (isGranted)
            {
                _leases.Add(id, lease);
            }
            else
            {
                _waiters.Add(id, waiter);
            }

            return $"enter {id} of {member} for {client}";
        }

        private string Release()
        {
            if (_leases.Count == 0)
            {
                return "nothing to release";
            }

            (int id, ConnectionLease lease) = _leases.ElementAt(_random.Next(_leases.Count));
            _leases.Remove(id);
            lease.Dispose();
            lease.Dispose();
            _model.Release(id);
            return $"release {id}";
        }

        private string Leave()
        {
            if (_waiters.Count == 0)
            {
                return "nobody to leave";
            }

            (int id, TestWaiter waiter) = _waiters.ElementAt(_random.Next(_waiters.Count));
            _waiters.Remove(id);
            Assert.True(_pool.TryLeave(waiter));
            Assert.False(_pool.TryLeave(waiter));
            _model.Leave(id);
            return $"leave {id}";
        }

        /// <summary>Waiters that got a slot.</summary>
        private void Collect()
        {
            foreach ((int id, TestWaiter waiter) in _waiters.Where(one => one.Value.IsGranted).ToList())
            {
                _waiters.Remove(id);
                _leases.Add(id, waiter.Lease);
            }
        }

        private (int Id, int Member, IPAddress? Client) Next() => (++_lastId, _random.Next(Members), Clients[_random.Next(Clients.Length)]);
    }
}
