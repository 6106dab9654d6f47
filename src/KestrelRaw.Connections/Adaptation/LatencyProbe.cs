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
    /// A step is looked at when it has so many samples, and with the last of them it has enough. Not after each: a look
    /// that ends the step as soon as the samples happen to agree favours the low ones.
    /// </summary>
    private static readonly int[] _looks = [50, 100, 200];

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
        Concurrency = Half(size);
        _stepBegan = now;
        _tally = new SampleTally(now);
    }

    public int Concurrency { get; private set; }

    /// <summary>When it has to be looked at if no work ends until then.</summary>
    public TimeSpan End => _end;

    public SampleTally Tally => _tally;

    /// <summary>Known when the probe is done; null then means that there were too few samples.</summary>
    public LatencyEstimate? Result { get; private set; }

    public TimeSpan Took(TimeSpan now) => now - _began;

    /// <summary>A work has ended.</summary>
    public void Count(TimeSpan began, TimeSpan now, bool isGood)
    {
        // What began before the step has waited behind the load of before.
        if (began < _stepBegan)
        {
            return;
        }

        if (isGood)
        {
            _tally.CountSucceeded((now - began).TotalSeconds, double.PositiveInfinity);
        }
        else
        {
            _tally.CountFailed();
        }
    }

    /// <summary>The step's result is there, or time is up: the next step, or the end.</summary>
    public ProbeState Look(TimeSpan now)
    {
        bool isExact = _looks.Contains(_tally.Samples) && _tally.StandardError <= _tally.Latency * Accuracy;
        bool isOver = now >= _end || _tally.Samples >= _looks[^1];
        if (!isExact && !isOver)
        {
            return ProbeState.Running;
        }

        if (_tally.Samples < FewestSamples)
        {
            Result = _previous;
            return ProbeState.Done;
        }

        var found = new LatencyEstimate(_tally.Latency, _tally.StandardError, _tally.Samples);
        bool isFirst = _previous is null;
        if (isFirst && _known is { } known && known.IsNear(found, Tolerance))
        {
            Result = known.With(found);
            return ProbeState.Done;
        }

        bool isFaster = found.Seconds < _previousLatency * (1 - Tolerance);
        if (now >= _end || !isFaster || Concurrency <= _floor)
        {
            Result = isFaster || isFirst ? found : _previous!.Value.With(found);
            return ProbeState.Done;
        }

        _previous = found;
        _previousLatency = found.Seconds;
        Concurrency = Half(Concurrency);
        _stepBegan = now;
        _tally = new SampleTally(now);
        return ProbeState.Deeper;
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
