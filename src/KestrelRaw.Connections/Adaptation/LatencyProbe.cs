namespace KestrelRaw.Connections.Adaptation;

/// <summary>
/// Measures the latency of the back end without a queue. Half the work at once: when that is not faster, there was no
/// queue, and its latency is the minimum; else half of that again, down to the probe concurrency. When the first half has
/// the minimum that is known already, that is enough: most probes take a moment and leave half of the pool at work.
/// </summary>
internal sealed class LatencyProbe
{
    /// <summary>Fewer samples than this tell nothing.</summary>
    private const int FewestSamples = 10;

    /// <summary>
    /// A step is looked at when it has so many samples, then at twice as many. Not after each: a look that ends the step
    /// as soon as the samples happen to agree favours the low ones.
    /// </summary>
    private const int FirstLook = 50;

    /// <summary>With this many samples a step is exact enough whatever they are.</summary>
    private const int LastLook = 200;

    /// <summary>
    /// No look before every slot has been used so many times. Works that have not ended at the look are the long ones;
    /// their time counts (see <see cref="Mean"/>), and there are few beside those that have ended.
    /// </summary>
    private const int WorksPerSlot = 10;

    /// <summary>A step has what it wants at this standard error of its mean: 100 samples of exponential latency.</summary>
    private const double Accuracy = 0.1;

    /// <summary>A latency that is lower by more than this was due to a queue.</summary>
    private const double Tolerance = 0.1;

    private readonly TimeSpan _began;
    private readonly TimeSpan _end;
    private readonly int _floor;
    private readonly LatencyEstimate? _known;
    private LatencyEstimate? _previous;
    private double _previousLatency;
    private TimeSpan _stepBegan;
    private SampleTally _tally;
    private int _nextLook;

    /// <summary>Works that began in this step and have not ended, and their time and that of the ended ones.</summary>
    private int _inFlight;
    private double _inFlightSeconds;
    private TimeSpan _now;

    /// <param name="now">It begins now,</param>
    /// <param name="end">and ends by then.</param>
    /// <param name="size">The pool's size before.</param>
    /// <param name="floor">The fewest works at once.</param>
    /// <param name="latency">The work's latency with the pool's size, in seconds.</param>
    /// <param name="known">The minimum that is known already.</param>
    public LatencyProbe(TimeSpan now, TimeSpan end, int size, int floor, double latency, LatencyEstimate? known)
    {
        _began = now;
        _end = end;
        _floor = floor;
        _known = known;
        _previousLatency = latency;
        BeginStep(now, Half(size));
    }

    public int Concurrency { get; private set; }

    /// <summary>When it has to be looked at if no work ends until then.</summary>
    public TimeSpan End => _end;

    public SampleTally Tally => _tally;

    /// <summary>Known when the probe is done; null then means that there were too few samples.</summary>
    public LatencyEstimate? Result { get; private set; }

    public TimeSpan Took(TimeSpan now) => now - _began;

    /// <summary>A work begins.</summary>
    public void Begin(TimeSpan now)
    {
        MoveTo(now);
        if (now > _stepBegan)
        {
            _inFlight++;
        }
    }

    /// <summary>A work has ended.</summary>
    public void Count(TimeSpan began, TimeSpan now, bool isGood)
    {
        // What began before the step has waited behind the load of before; what began at its very moment may have.
        if (began <= _stepBegan)
        {
            return;
        }

        MoveTo(now);
        _inFlight--;
        double seconds = (now - began).TotalSeconds;
        if (isGood)
        {
            _tally.CountSucceeded(seconds, double.PositiveInfinity);
        }
        else
        {
            _tally.CountFailed();
            _inFlightSeconds -= seconds;
        }
    }

    /// <summary>The step's result is there, or time is up: the next step, or the end.</summary>
    public ProbeState Look(TimeSpan now)
    {
        bool isOver = now >= _end;
        if (!isOver && _tally.Samples < _nextLook)
        {
            return ProbeState.Running;
        }

        MoveTo(now);
        bool isExact = _tally.Samples >= LastLook || _tally.StandardError <= _tally.Latency * Accuracy;
        if (!isOver && !isExact)
        {
            _nextLook *= 2;
            return ProbeState.Running;
        }

        if (_tally.Samples < FewestSamples)
        {
            Result = _previous;
            return ProbeState.Done;
        }

        var found = new LatencyEstimate(Mean, _tally.StandardError, _tally.Samples);
        bool isFirst = _previous is null;
        if (isFirst && _known is { } known && known.IsNear(found, Tolerance))
        {
            Result = known.With(found);
            return ProbeState.Done;
        }

        bool isFaster = found.Seconds < _previousLatency * (1 - Tolerance);
        if (isOver || !isFaster || Concurrency <= _floor)
        {
            Result = isFaster || isFirst ? found : _previous!.Value.With(found);
            return ProbeState.Done;
        }

        _previous = found;
        _previousLatency = found.Seconds;
        BeginStep(now, Half(Concurrency));
        return ProbeState.Deeper;
    }

    /// <summary>
    /// By Little's law, time spent at work by the works that have ended. The mean of the ended ones alone is too low: in a
    /// short step with many slots it is the short ones that have ended.
    /// </summary>
    private double Mean => _inFlightSeconds / _tally.Succeeded;

    private void BeginStep(TimeSpan now, int concurrency)
    {
        Concurrency = concurrency;
        _stepBegan = now;
        _now = now;
        _tally = new SampleTally(now);
        _nextLook = Math.Max(FirstLook, concurrency * WorksPerSlot);
        _inFlight = 0;
        _inFlightSeconds = 0;
    }

    private void MoveTo(TimeSpan now)
    {
        _inFlightSeconds += _inFlight * (now - _now).TotalSeconds;
        _now = now;
    }

    private int Half(int concurrency) => Math.Max(_floor, concurrency / 2);
}

/// <summary>What a look at a probe has found.</summary>
internal enum ProbeState
{
    /// <summary>It goes on.</summary>
    Running,

    /// <summary>It goes on with less work at once.</summary>
    Deeper,

    /// <summary>It is at its end.</summary>
    Done,
}
