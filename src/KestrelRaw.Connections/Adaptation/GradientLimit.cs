namespace KestrelRaw.Connections.Adaptation;

/// <summary>
/// Finds how much work at once the back end takes, from the work's latency. By Little's law work at once is throughput
/// times latency; throughput times the latency of an unloaded back end is as much as it works on, and the rest waits in
/// it. So the size is multiplied by minimum latency / sample latency, after each window; a tenth and the square root
/// more keep the back end busy when latencies vary. The minimum is measured from time to time with few works at once.
/// No clock, lock, timer or logger; time is told with each call and never goes back.
/// </summary>
internal sealed class GradientLimit
{
    /// <summary>Enough for a mean: the standard error of exponential latencies is 14 % of it.</summary>
    private const int EnoughSamples = 50;

    /// <summary>Less than this says nothing.</summary>
    private const int FewestSamples = 10;

    /// <summary>How far the latency may be above the minimum before there is too much work at once.</summary>
    private const double Tolerance = 0.1;

    /// <summary>No window shrinks the size by more, so that a minimum that is out of date is noticed before the pool is tiny.</summary>
    private const double LargestShrink = 0.8;

    /// <summary>A latency counts as no more than this many minimum latencies: one work that hangs is no overload.</summary>
    private const double LatencyCap = 10;

    /// <summary>A pool that was not full is told nothing by its latency, unless that is this many minimum latencies beyond chance.</summary>
    private const double ObviousQueue = 2;

    /// <summary>Below this, more work at once does not bring more.</summary>
    private const double NoGain = 0.1;

    /// <summary>A change by no more than this share of the size is noise.</summary>
    private const double SmallestStep = 0.05;

    /// <summary>Above this, throughput follows the work at once: nothing waits in the back end.</summary>
    private const double FullGain = 0.5;

    /// <summary>Above this gradient next to nothing waits in the back end.</summary>
    private const double LittleQueue = 0.9;

    /// <summary>After a growth that brought nothing the next waits so many windows.</summary>
    private const int WindowsWithoutGrowth = 10;

    /// <summary>Slow work: a window this old ends with <see cref="FewestSamples"/>.</summary>
    private static readonly TimeSpan LongWindow = TimeSpan.FromSeconds(10);

    /// <summary>A window this old is of another time.</summary>
    private static readonly TimeSpan OldWindow = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ShortestProbeLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestProbeLimit = TimeSpan.FromSeconds(30);

    private readonly AdaptivePoolSizeOptions _options;
    private readonly ProbeSchedule _schedule;
    private SampleTally _tally;
    private TimeSpan _now;
    private int _inFlight;
    private int _size;
    private LatencyEstimate? _minimum;
    private LatencyProbe? _probe;

    /// <summary>The sample latency of the last window: how long the back end takes to settle after a change.</summary>
    private double _lastLatency;

    /// <summary>The last decision about the size, and what there was before it.</summary>
    private SizeChange _lastChange;

    /// <summary>After a growth that brought nothing.</summary>
    private TimeSpan _growsAgain;

    /// <summary>When the size has come to rest at half of this, the minimum is worth a look.</summary>
    private int _sizeAtProbe;

    /// <summary>Windows in a row that contradicted the minimum.</summary>
    private int _contradictions;

    public GradientLimit(AdaptivePoolSizeOptions options, int start, Random random)
    {
        _options = options;
        _schedule = new ProbeSchedule(options.ProbeInterval, random);
        _size = Bounded(start);
    }

    /// <summary>The size outside of probes.</summary>
    public int Size => _size;

    /// <summary>The size now.</summary>
    public int Limit => _probe is not null ? _probe.Concurrency : _size;

    public bool IsProbing => _probe is not null;

    /// <summary>When to call <see cref="Look(TimeSpan)"/> if no work ends until then.</summary>
    public TimeSpan? ProbeEnd => _probe?.End;

    /// <summary>Adaptation begins, or goes on from a size that somebody else gave the pool.</summary>
    public AdaptationDecision Restart(TimeSpan now, int size, AdaptationReason reason)
    {
        MoveTo(now);
        int before = Limit;
        _probe = null;
        _size = Bounded(size);
        _lastChange = default;
        BeginWindow(settle: true);
        return Decision(reason, before, default);
    }

    /// <summary>A work begins.</summary>
    /// <param name="now">The time.</param>
    /// <param name="inUse">Slots of the pool in use: of all connections, those at work and those that receive or send.</param>
    public void Begin(TimeSpan now, int inUse)
    {
        MoveTo(now);
        _inFlight++;
        _tally.CountBegun(inUse, Limit);
        _probe?.Begin(_now);
    }

    /// <summary>A work has ended.</summary>
    /// <returns>What was decided, if it was time to decide.</returns>
    public AdaptationDecision? End(TimeSpan began, TimeSpan now, bool isGood)
    {
        MoveTo(now);
        _inFlight--;
        if (_probe is not null)
        {
            _probe.Count(began, _now, isGood);
        }
        else if (_now >= _tally.Began)
        {
            CountSample((_now - began).TotalSeconds, isGood);
        }

        return Look();
    }

    /// <summary>Nothing has ended for long: a probe must come to its end all the same.</summary>
    public AdaptationDecision? Look(TimeSpan now)
    {
        MoveTo(now);
        return Look();
    }

    private void CountSample(double seconds, bool isGood)
    {
        double cap = _minimum?.Seconds * LatencyCap ?? double.PositiveInfinity;
        if (isGood)
        {
            _tally.CountSucceeded(seconds, cap);
        }
        else
        {
            _tally.CountFailed(seconds, cap);
        }
    }

    private AdaptationDecision? Look()
    {
        if (_probe is not null)
        {
            int before = Limit;
            SampleTally step = _probe.Tally;
            return _probe.Look(_now) switch
            {
                ProbeState.Running => null,
                ProbeState.Deeper => Decision(AdaptationReason.ProbeDeeper, before, step),
                _ => EndProbe(_probe, step),
            };
        }

        TimeSpan age = _now - _tally.Began;
        if (age < _options.SampleWindow)
        {
            return null;
        }

        if (age >= OldWindow)
        {
            BeginWindow(settle: false);
            return null;
        }

        return _tally.Samples >= EnoughSamples || (age >= LongWindow && _tally.Samples >= FewestSamples) ? EndWindow() : null;
    }

    private AdaptationDecision EndWindow()
    {
        SampleTally tally = _tally;
        _lastLatency = tally.Latency;
        if (_minimum is not { Seconds: double minimum } known || _schedule.IsDue(_now))
        {
            return BeginProbe(AdaptationReason.ProbeDue, tally);
        }

        double? elasticity = _lastChange.Elasticity(tally, _now);
        if (Contradiction(tally, known, elasticity) is { } contradiction)
        {
            return BeginProbe(contradiction, tally) with { Elasticity = elasticity };
        }

        // A latency in doubt is taken for nearer to the minimum, by one standard error.
        double latency = Math.Max(minimum, tally.Latency - tally.StandardError);
        double gradient = minimum * (1 + Tolerance) / latency;

        // When the pool was not full, it was not its size that the latency was measured with.
        double size = (tally.IsLimitReached ? _size : Math.Min(_size, tally.MaxInUse)) * gradient;
        int wanted = Bounded(Math.Max(size + Math.Sqrt(size), _size * LargestShrink));
        bool isFree = tally.IsLimitReached || tally.Latency - (3 * tally.StandardError) > minimum * ObviousQueue;
        AdaptationReason reason = isFree ? Judge(wanted, gradient, elasticity) : AdaptationReason.LimitNotReached;
        if (reason == AdaptationReason.Steady && _size * 2 <= _sizeAtProbe && _schedule.IsAllowed(_now))
        {
            return BeginProbe(AdaptationReason.MinimumTooLow, tally);
        }

        int before = _size;
        _size = reason switch
        {
            AdaptationReason.Grown or AdaptationReason.Shrunk => wanted,
            AdaptationReason.NoGain => Math.Min(_size, _lastChange.Size),
            _ => _size,
        };
        _lastChange = new SizeChange(before, _size > before, tally.InFlight(_now), tally.Throughput(_now));
        AdaptationDecision decision = Decision(reason, before, tally) with { Gradient = gradient, Elasticity = elasticity };
        BeginWindow(settle: _size != before);
        return decision;
    }

    private AdaptationReason Judge(int wanted, double gradient, double? elasticity)
    {
        if (wanted < _size * (1 - SmallestStep))
        {
            return AdaptationReason.Shrunk;
        }

        // Hardly a queue, says the latency; so growth must have brought something. When it did not, the minimum is too
        // high, and the size would follow it upwards.
        if (_lastChange.IsGrowth && elasticity < NoGain && gradient > LittleQueue)
        {
            _growsAgain = _now + (_options.SampleWindow * WindowsWithoutGrowth);
            return AdaptationReason.NoGain;
        }

        return wanted <= _size * (1 + SmallestStep) ? AdaptationReason.Steady
            : _now < _growsAgain ? AdaptationReason.NoGain
            : AdaptationReason.Grown;
    }

    /// <summary>Twice in a row, because the window in which the back end changes shows neither the old nor the new one.</summary>
    private AdaptationReason? Contradiction(SampleTally tally, LatencyEstimate minimum, double? elasticity)
    {
        var sample = new LatencyEstimate(tally.Latency, tally.StandardError, tally.Samples);
        AdaptationReason? found =
            minimum.IsNear(sample, Tolerance) ? null
            : sample.Seconds < minimum.Seconds ? AdaptationReason.MinimumTooHigh
            : !_lastChange.IsGrowth && elasticity > FullGain ? AdaptationReason.MinimumTooLow
            : null;
        _contradictions = found is null ? 0 : _contradictions + 1;
        return _contradictions >= 2 && _schedule.IsAllowed(_now) ? found : null;
    }

    private AdaptationDecision BeginProbe(AdaptationReason reason, SampleTally tally)
    {
        TimeSpan limit = TimeSpan.FromSeconds(_lastLatency) * EnoughSamples;
        limit = TimeSpan.FromTicks(Math.Clamp(limit.Ticks, ShortestProbeLimit.Ticks, LongestProbeLimit.Ticks));
        _probe = new LatencyProbe(_now, _now + limit, _size, Math.Min(_size, _options.ProbeConcurrency), _lastLatency, _minimum);
        return Decision(reason, _size, tally);
    }

    private AdaptationDecision EndProbe(LatencyProbe probe, SampleTally tally)
    {
        int before = Limit;
        bool isConfirmed = _minimum is { } known && probe.Result is { } found && known.IsNear(found, Tolerance);
        _minimum = probe.Result ?? _minimum;
        _probe = null;
        _contradictions = 0;
        _sizeAtProbe = _size;
        _schedule.Ended(_now, probe.Took(_now), isConfirmed);
        AdaptationDecision decision = Decision(probe.Result is null ? AdaptationReason.ProbeFailed : AdaptationReason.ProbeDone, before, tally);
        BeginWindow(settle: true);
        return decision;
    }

    /// <summary>The next window; when the size has changed, what ends now has still waited behind the load of before.</summary>
    private void BeginWindow(bool settle) =>
        _tally = new SampleTally(_now + (settle ? TimeSpan.FromSeconds(_lastLatency) : TimeSpan.Zero));

    private void MoveTo(TimeSpan now)
    {
        TimeSpan from = Longer(_now, _tally.Began);
        _now = Longer(_now, now);
        if (_now > from)
        {
            _tally.InFlightSeconds += _inFlight * (_now - from).TotalSeconds;
        }
    }

    private AdaptationDecision Decision(AdaptationReason reason, int sizeBefore, SampleTally tally) => new()
    {
        Reason = reason,
        SizeBefore = sizeBefore,
        Size = Limit,
        IsProbing = IsProbing,
        MinimumLatency = _minimum is { } minimum ? Rounded(minimum.Seconds) : null,
        SampleLatency = tally.Samples > 0 ? Rounded(tally.Latency) : null,
        InFlight = tally.InFlight(_now),
        Throughput = tally.Throughput(_now),
        Samples = tally.Samples,
        Failures = tally.Failures,
    };

    private int Bounded(double size) => (int)Math.Clamp(size, _options.Minimum, _options.Maximum);

    /// <summary>Sums of seconds are off by a rounding error that <see cref="TimeSpan.FromSeconds(double)"/> would make a tick.</summary>
    private static TimeSpan Rounded(double seconds) => TimeSpan.FromMicroseconds(Math.Round(seconds * 1e6));

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
