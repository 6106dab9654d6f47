namespace KestrelRaw.Connections.Tests.Adaptation.Simulation;

/// <summary>
/// Discrete events in virtual time: clients wait for a slot of the pool, with the slot they work at the back end, which
/// works on some and lets the others wait in their order. Seeded, so that a run can be repeated.
/// </summary>
internal sealed class Simulator
{
    /// <summary>The accept queue of an open loop; who finds it full is turned away and not counted as served.</summary>
    private const int Backlog = 1000;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly Scenario _scenario;
    private readonly ISizeAlgorithm _algorithm;
    private readonly Random _serviceRandom;
    private readonly Random _arrivalRandom;
    private readonly Queue<TimeSpan> _waiting = new();
    private readonly Queue<Call> _backEndQueue = new();
    private readonly PriorityQueue<Call, long> _served = new();
    private Phase _phase;
    private TimeSpan _phaseBegan;
    private TimeSpan _now;
    private int _clients;
    private int _inUse;
    private PhaseRecord _record;

    private Simulator(Scenario scenario, ISizeAlgorithm algorithm, int seed)
    {
        _scenario = scenario;
        _algorithm = algorithm;
        _serviceRandom = new Random(seed);
        _arrivalRandom = new Random(seed + 1);
        _phase = scenario.Phases[0];
        _record = new PhaseRecord(_phase);
    }

    public static IReadOnlyList<PhaseRecord> Run(Scenario scenario, ISizeAlgorithm algorithm, int seed = 1) =>
        new Simulator(scenario, algorithm, seed).Run();

    private List<PhaseRecord> Run()
    {
        var records = new List<PhaseRecord>();
        foreach (Phase phase in _scenario.Phases)
        {
            _phase = phase;
            _phaseBegan = _now;
            _record = new PhaseRecord(phase);
            records.Add(_record);
            RunPhase(_now + TimeSpan.FromSeconds(phase.Seconds));
        }

        return records;
    }

    private void RunPhase(TimeSpan end)
    {
        for (; _clients < _phase.Clients; _clients++)
        {
            _waiting.Enqueue(_now);
        }

        TimeSpan nextLook = _now + LookInterval;
        TimeSpan nextArrival = _phase.Arrivals > 0 ? _now + NextGap() : TimeSpan.MaxValue;
        Fill();
        while (true)
        {
            TimeSpan completion = _served.TryPeek(out _, out long due) ? TimeSpan.FromTicks(due) : TimeSpan.MaxValue;
            TimeSpan next = Earliest(completion, nextArrival, nextLook, end);
            _now = next;
            if (next == end)
            {
                return;
            }

            if (next == completion)
            {
                Complete(_served.Dequeue());
            }
            else if (next == nextArrival)
            {
                Arrive();
                nextArrival = _now + NextGap();
            }
            else
            {
                _algorithm.Look(_now);
                _record.Note(_now - _phaseBegan, _algorithm.Size);
                nextLook = _now + LookInterval;
            }

            Fill();
        }
    }

    private void Arrive()
    {
        if (_waiting.Count < Backlog)
        {
            _waiting.Enqueue(_now);
        }
    }

    private void Complete(Call call)
    {
        _inUse--;
        _record.Count(_now - _phaseBegan, (_now - call.Arrived).TotalSeconds, (_now - call.Began).TotalSeconds);
        _algorithm.End(call.Began, _now);
        if (_clients > _phase.Clients)
        {
            _clients--;
        }
        else if (_clients > 0)
        {
            _waiting.Enqueue(_now);
        }
    }

    /// <summary>Slots of the pool for those who wait, and slots of the back end for those who have one.</summary>
    private void Fill()
    {
        while (_waiting.Count > 0 && _inUse < _algorithm.Limit)
        {
            _inUse++;
            _algorithm.Begin(_now, _inUse);
            _backEndQueue.Enqueue(new Call(_waiting.Dequeue(), _now));
        }

        while (_backEndQueue.Count > 0 && _served.Count < _phase.Slots)
        {
            double slowness = _phase.Slowness((_now - _phaseBegan).TotalSeconds) * (1 + (_phase.Crowding * _backEndQueue.Count));
            double seconds = _scenario.Service.Mean * _scenario.Service.Factor(_serviceRandom) * slowness;
            _served.Enqueue(_backEndQueue.Dequeue(), (_now + TimeSpan.FromSeconds(seconds)).Ticks);
        }
    }

    /// <summary>To the next client of a Poisson process.</summary>
    private TimeSpan NextGap() => TimeSpan.FromSeconds(-Math.Log(1 - _arrivalRandom.NextDouble()) / _phase.Arrivals);

    private static TimeSpan Earliest(TimeSpan a, TimeSpan b, TimeSpan c, TimeSpan d)
    {
        TimeSpan first = a < b ? a : b;
        TimeSpan second = c < d ? c : d;
        return first < second ? first : second;
    }

    private readonly record struct Call(TimeSpan Arrived, TimeSpan Began);
}
