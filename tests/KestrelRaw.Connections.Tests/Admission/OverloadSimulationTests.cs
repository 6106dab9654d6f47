using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Pools;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Connections.Tests.Admission;

/// <summary>Three virtual minutes of twice as many arrivals as a pool can serve, and clients that give up after a second.</summary>
public sealed class OverloadSimulationTests(ITestOutputHelper output)
{
    private const int Minutes = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    [Fact]
    public void TwiceTheCapacity_CoDel_ServesAlmostAllItCanAfterShortWaits()
    {
        Outcome outcome = Run(slots: 16, serviceMilliseconds: 20, new AdmissionOptions { WhenFull = WhenFull.Queue, CoDel = new CoDelOptions() });
        Assert.InRange(outcome.Good, 0.95, 1);
        Assert.InRange(outcome.LongestWait.TotalMilliseconds, 0, 250);
        Assert.InRange(outcome.Wait(0.99).TotalMilliseconds, 0, 10);
        Assert.Equal(1, outcome.Overloads);
    }

    [Fact]
    public void TwiceTheCapacity_OldestFirstFor30Seconds_ServesOnlyThoseWhoHaveGone()
    {
        Outcome outcome = Run(slots: 16, serviceMilliseconds: 20, new AdmissionOptions { WhenFull = WhenFull.Queue, QueueLimit = int.MaxValue });
        Assert.InRange(outcome.Good, 0, 0.05);
        Assert.InRange(outcome.Wait(0.5).TotalSeconds, 25, 30.1);
        Assert.Equal(0, outcome.Overloads);
    }

    /// <summary>A slot comes free every 50 ms only: the newest is kept, and the target is some times that.</summary>
    [Fact]
    public void TwiceTheCapacity_SlowWorkAndALongerTarget_ServesAlmostAllItCan()
    {
        var coDel = new CoDelOptions { Target = TimeSpan.FromMilliseconds(200), Interval = TimeSpan.FromSeconds(2) };
        Outcome outcome = Run(slots: 10, serviceMilliseconds: 500, new AdmissionOptions { WhenFull = WhenFull.Queue, CoDel = coDel });
        Assert.InRange(outcome.Good, 0.95, 1);
        Assert.InRange(outcome.Wait(0.99).TotalMilliseconds, 0, 400);
    }

    /// <summary>The same with the default target: a queue of one connection is all that is left of the slots' work.</summary>
    [Fact]
    public void TwiceTheCapacity_SlowWork_StillServes()
    {
        Outcome outcome = Run(slots: 10, serviceMilliseconds: 500, new AdmissionOptions { WhenFull = WhenFull.Queue, CoDel = new CoDelOptions() });
        Assert.InRange(outcome.Good, 0.9, 1);
    }

    private Outcome Run(int slots, double serviceMilliseconds, AdmissionOptions options)
    {
        var run = new Simulation(slots, serviceMilliseconds, options);
        Outcome outcome = run.Run(TimeSpan.FromMinutes(Minutes));
        output.WriteLine($"good {outcome.Good:P1} of what is possible; waits p50 {outcome.Wait(0.5).TotalMilliseconds} ms, p99 {outcome.Wait(0.99).TotalMilliseconds} ms, most {outcome.LongestWait.TotalMilliseconds} ms; overloads {outcome.Overloads}");
        return outcome;
    }

    /// <param name="Good">The share of the pool's capacity that went to clients who were still there.</param>
    /// <param name="Waits">Of those who were served, in order of length.</param>
    /// <param name="Overloads">How often one began.</param>
    private sealed record Outcome(double Good, List<TimeSpan> Waits, int Overloads)
    {
        public TimeSpan LongestWait => Waits[^1];

        public TimeSpan Wait(double share) => Waits[(int)(share * (Waits.Count - 1))];
    }

    /// <summary>Steps of a millisecond; arrivals at random, seeded, and work that takes 0.5 to 1.5 times its mean.</summary>
    private sealed class Simulation
    {
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

        private readonly Random _random = new(7);
        private readonly FakeTimeProvider _clock = new();
        private readonly PriorityQueue<ConnectionLease, TimeSpan> _ends = new();
        private readonly List<TimeSpan> _waits = [];
        private readonly ConnectionAdmission _admission;
        private readonly QueueUser _user;
        private readonly double _arrivalsPerStep;
        private readonly double _serviceMilliseconds;
        private readonly int _slots;
        private TimeSpan _now;

        public Simulation(int slots, double serviceMilliseconds, AdmissionOptions options)
        {
            _slots = slots;
            _serviceMilliseconds = serviceMilliseconds;
            _arrivalsPerStep = 2 * slots / serviceMilliseconds;
            _admission = new ConnectionAdmission(new ConnectionPool(slots, _clock), options);
            _user = new QueueUser(_admission) { Granted = (connection, lease) => Serve(_clock.GetElapsedTime(connection.Since), lease) };
        }

        public Outcome Run(TimeSpan duration)
        {
            int overloads = 0;
            DateTimeOffset? before = null;
            double nextArrival = 0;
            for (; _now < duration; _now += Step)
            {
                while (_ends.TryPeek(out ConnectionLease lease, out TimeSpan end) && end <= _now)
                {
                    _ends.Dequeue();
                    lease.Dispose();
                }

                for (; nextArrival <= _now.TotalMilliseconds; nextArrival -= Math.Log(1 - _random.NextDouble()) / _arrivalsPerStep)
                {
                    if (_user.Enter() is { IsHeld: true } lease)
                    {
                        Serve(TimeSpan.Zero, lease);
                    }
                }

                _clock.Advance(Step);
                DateTimeOffset? since = _admission.OverloadedSince;
                overloads += since is not null && since != before ? 1 : 0;
                before = since;
            }

            double possible = _slots * duration.TotalMilliseconds / _serviceMilliseconds;
            double good = _waits.Count(wait => wait <= Patience) / possible;
            _waits.Sort();
            return new Outcome(good, _waits, overloads);
        }

        private void Serve(TimeSpan wait, ConnectionLease lease)
        {
            _waits.Add(wait);
            _ends.Enqueue(lease, _now + TimeSpan.FromMilliseconds(_serviceMilliseconds * (0.5 + _random.NextDouble())));
        }
    }
}
