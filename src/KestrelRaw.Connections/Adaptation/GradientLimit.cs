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

    /// <summary>A probe of this many samples is long enough whatever they are.</summary>
    private const int MostProbeSamples = 400;

    /// <summary>A probe has what it wants at this standard error of its mean.</summary>
    private const double ProbeAccuracy = 0.05;

    /// <summary>How far the latency may be above the minimum before there is too much work at once.</summary>
    private const double Tolerance = 0.1;

    /// <summary>No window shrinks the size by more, as Envoy's.</summary>
    private const double SmallestGradient = 0.5;

    /// <summary>A latency counts as no more than this many minimum latencies: one work that hangs is no overload.</summary>
    private const double LatencyCap = 10;

    /// <summary>A pool that was not full is told nothing by its latency, unless that is this many minimum latencies beyond chance.</summary>
    private const double ObviousQueue = 2;

    /// <summary>Below this, more work at once does not bring more.</summary>
    private const double NoGain = 0.1;

    /// <summary>Above this, throughput follows the work at once: nothing waits in the back end.</summary>
    private const double FullGain = 0.8;

    private const double Jitter = 0.15;

    /// <summary>Probing takes at most one part in so many of the time.</summary>
    private const int ProbeShare = 20;

    /// <summary>Slow work: a window this old ends with <see cref="FewestSamples"/>.</summary>
    private static readonly TimeSpan _longWindow = TimeSpan.FromSeconds(10);

    /// <summary>A window this old is of another time.</summary>
    private static readonly TimeSpan _oldWindow = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan _shortestProbeLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestProbeLimit = TimeSpan.FromSeconds(30);

    private readonly AdaptivePoolSizeOptions _options;
    private readonly Random _random;
    private readonly ThroughputCurve _curve = new();
    private SampleTally _tally;
    private TimeSpan _now;
    private int _inFlight;
    private int _size;
    private double? _minimumLatency;
    private double _minimumError;

    /// <summary>The sample latency of the last window: how long the back end takes to settle after a change.</summary>
    private double _lastLatency;

    /// <summary>When the present probe gives up; null when there is none.</summary>
    private TimeSpan? _probeEnd;
    private TimeSpan _nextProbe;
    private TimeSpan _earliestProbe;

    /// <summary>Windows in a row that contradicted the minimum.</summary>
    private int _contradictions;

    public GradientLimit(AdaptivePoolSizeOptions options, int start, Random random)
    {
        _options = options;
        _random = random;
        _size = Bounded(start);
    }

    /// <summary>The size outside of probes.</summary>
    public int Size => _size;

    /// <summary>The size now.</summary>
    public int Limit => IsProbing ? _options.ProbeConcurrency : _size;

    public bool IsProbing => _probeEnd is not null;

    /// <summary>When to call <see cref="Look(TimeSpan)"/> if no work ends until then.</summary>
    public TimeSpan? ProbeEnd => _probeEnd;

    /// <summary>Adaptation begins, or goes on from a size that somebody else gave the pool.</summary>
    public AdaptationDecision Restart(TimeSpan now, int size, AdaptationReason reason)
    {
        MoveTo(now);
        int before = Limit;
        _probeEnd = null;
        _size = Bounded(size);
        _curve.Clear();
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
    }

    /// <summary>A work has ended.</summary>
    /// <returns>What was decided, if it was time to decide.</returns>
    public AdaptationDecision? End(TimeSpan began, TimeSpan now, bool isGood)
    {
        MoveTo(now);
        _inFlight--;
        double seconds = (_now - began).TotalSeconds;
        double cap = _minimumLatency * LatencyCap ?? double.PositiveInfinity;
        if (IsProbing)
        {
            // What began before the probe has waited behind the load of then.
            if (began >= _tally.Began)
            {
                CountProbeSample(seconds, isGood);
            }
        }
        else if (_now >= _tally.Began)
        {
            if (isGood)
            {
                _tally.CountSucceeded(seconds, cap);
            }
            else
            {
                _tally.CountFailed(seconds, cap);
            }
        }

        return Look();
    }

    /// <summary>Nothing has ended for long: a probe must come to its end all the same.</summary>
    public AdaptationDecision? Look(TimeSpan now)
    {
        MoveTo(now);
        return Look();
    }

    private void CountProbeSample(double seconds, bool isGood)
    {
        if (isGood)
        {
            _tally.CountSucceeded(seconds, double.PositiveInfinity);
        }
        else
        {
            _tally.CountFailed();
        }
    }

    private AdaptationDecision? Look()
    {
        if (IsProbing)
        {
            bool isAccurate = _tally.Samples >= EnoughSamples && _tally.StandardError <= _tally.Latency * ProbeAccuracy;
            return isAccurate || _tally.Samples >= MostProbeSamples || _now >= _probeEnd ? EndProbe() : null;
        }

        TimeSpan age = _now - _tally.Began;
        if (age < _options.SampleWindow)
        {
            return null;
        }

        if (age >= _oldWindow)
        {
            BeginWindow(settle: false);
            return null;
        }

        return _tally.Samples >= EnoughSamples || (age >= _longWindow && _tally.Samples >= FewestSamples) ? EndWindow() : null;
    }

    private AdaptationDecision EndWindow()
    {
        SampleTally tally = _tally;
        _lastLatency = tally.Latency;
        if (_minimumLatency is not { } minimum || _now >= _nextProbe)
        {
            return BeginProbe(AdaptationReason.ProbeDue, tally);
        }

        if (tally.IsLimitReached)
        {
            _curve.Add(_now, tally.InFlight(_now), tally.Throughput(_now));
        }

        double? elasticity = _curve.Elasticity();
        if (Contradiction(tally, minimum, elasticity) is { } contradiction)
        {
            // If the probe confirms the minimum, it is the curve that was wrong.
            AdaptationDecision begun = BeginProbe(contradiction, tally) with { Elasticity = elasticity };
            _curve.Clear();
            return begun;
        }

        // A latency in doubt is taken for nearer to the minimum, by one standard error.
        double latency = Math.Max(minimum, tally.Latency - tally.StandardError);
        double gradient = Math.Max(SmallestGradient, minimum * (1 + Tolerance) / latency);

        // When the pool was not full, it was not its size that the latency was measured with.
        double size = (tally.IsLimitReached ? _size : Math.Min(_size, tally.MaxInUse)) * gradient;
        int wanted = Bounded(size + Math.Sqrt(size));
        int before = _size;
        bool isFree = tally.IsLimitReached || tally.Latency - (3 * tally.StandardError) > minimum * ObviousQueue;
        AdaptationReason reason = isFree ? Judge(wanted, elasticity) : AdaptationReason.LimitNotReached;
        if (reason is AdaptationReason.Grown or AdaptationReason.Shrunk)
        {
            _size = wanted;
        }

        AdaptationDecision decision = Decision(reason, before, tally) with { Gradient = gradient, Elasticity = elasticity };
        BeginWindow(settle: _size != before);
        return decision;
    }

    private AdaptationReason Judge(int wanted, double? elasticity) =>
        wanted < _size ? AdaptationReason.Shrunk
        : wanted == _size ? AdaptationReason.Steady
        : elasticity < NoGain ? AdaptationReason.NoGain
        : AdaptationReason.Grown;

    /// <summary>Twice in a row, because the window in which the back end changes shows neither the old nor the new one.</summary>
    private AdaptationReason? Contradiction(SampleTally tally, double minimum, double? elasticity)
    {
        double error = double.Hypot(tally.StandardError, _minimumError);
        AdaptationReason? found =
            tally.Latency + (2 * error) < minimum * (1 - Tolerance) ? AdaptationReason.MinimumTooHigh
            : tally.Latency - (2 * error) > minimum * (1 + Tolerance) && elasticity > FullGain ? AdaptationReason.MinimumTooLow
            : null;
        _contradictions = found is null ? 0 : _contradictions + 1;
        return _contradictions >= 2 && _now >= _earliestProbe ? found : null;
    }

    private AdaptationDecision BeginProbe(AdaptationReason reason, SampleTally tally)
    {
        TimeSpan limit = TimeSpan.FromSeconds(_lastLatency) * EnoughSamples;
        limit = TimeSpan.FromTicks(Math.Clamp(limit.Ticks, _shortestProbeLimit.Ticks, _longestProbeLimit.Ticks));
        _probeEnd = _now + limit;
        _tally = new SampleTally(_now);
        return Decision(reason, _size, tally);
    }

    private AdaptationDecision EndProbe()
    {
        SampleTally tally = _tally;
        bool isGood = tally.Samples >= FewestSamples;
        if (isGood)
        {
            _minimumLatency = tally.Latency;
            _minimumError = tally.StandardError;
        }

        TimeSpan took = _now - tally.Began;
        _probeEnd = null;
        _contradictions = 0;
        _earliestProbe = _now + Longer(took * ProbeShare, _options.ProbeInterval / 12);
        _nextProbe = _now + (Longer(took * ProbeShare, _options.ProbeInterval) * (1 + (_random.NextDouble() * Jitter)));
        AdaptationDecision decision = Decision(isGood ? AdaptationReason.ProbeDone : AdaptationReason.ProbeFailed, _options.ProbeConcurrency, tally);
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
        MinimumLatency = _minimumLatency is { } minimum ? TimeSpan.FromSeconds(minimum) : null,
        SampleLatency = tally.Samples > 0 ? TimeSpan.FromSeconds(tally.Latency) : null,
        InFlight = tally.InFlight(_now),
        Throughput = tally.Throughput(_now),
        Samples = tally.Samples,
        Failures = tally.Failures,
    };

    private int Bounded(double size) => (int)Math.Clamp(size, _options.Minimum, _options.Maximum);

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
