namespace KestrelRaw.Connections.Adaptation;

/// <summary>The bounds within which a pool finds its own size, and how often it looks.</summary>
public sealed record AdaptivePoolSizeOptions
{
    /// <summary>1.</summary>
    public const int DefaultMinimum = 1;

    /// <summary>1000, the bound of Envoy's adaptive concurrency.</summary>
    public const int DefaultMaximum = 1000;

    /// <summary>20, where Netflix's limits begin.</summary>
    public const int DefaultStart = 20;

    /// <summary>2: of two works at once none has to wait behind the other, unless the back end serves one at a time.</summary>
    public const int DefaultProbeConcurrency = 2;

    /// <summary>The smallest size. At least 1; default 1.</summary>
    public int Minimum { get; set; } = DefaultMinimum;

    /// <summary>The largest size, not below <see cref="Minimum"/>. Default 1000.</summary>
    public int Maximum { get; set; } = DefaultMaximum;

    /// <summary>
    /// How often the size is decided anew; longer as long as there are fewer than 50 samples. A short window reacts fast,
    /// a long one has less noise. Positive; default 500 ms, between Envoy's examples (100 ms) and Netflix's (1 s).
    /// </summary>
    public TimeSpan SampleWindow { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How often the minimum latency is probed when it does not change, plus up to 15 % of jitter so that many processes
    /// do not probe the same back end together. Probes come sooner after a new minimum and when the work contradicts it,
    /// and later when they would take more than a twentieth of the time. Positive; default 60 s, as Envoy's examples.
    /// </summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The smallest size of a probe, which halves the pool until its work gets no faster; may be below
    /// <see cref="Minimum"/>. At least 1; default 2. A back end that serves fewer at once is taken for slower than it is.
    /// </summary>
    public int ProbeConcurrency { get; set; } = DefaultProbeConcurrency;

    /// <summary>Everything that is wrong with the options; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (Minimum < 1)
        {
            faults.Add($"{nameof(Minimum)} {Minimum} is less than 1");
        }

        if (Maximum < Minimum)
        {
            faults.Add($"{nameof(Maximum)} {Maximum} is less than {nameof(Minimum)} {Minimum}");
        }

        if (SampleWindow <= TimeSpan.Zero)
        {
            faults.Add($"{nameof(SampleWindow)} {SampleWindow} is not positive");
        }

        if (ProbeInterval <= TimeSpan.Zero)
        {
            faults.Add($"{nameof(ProbeInterval)} {ProbeInterval} is not positive");
        }

        if (ProbeConcurrency < 1)
        {
            faults.Add($"{nameof(ProbeConcurrency)} {ProbeConcurrency} is less than 1");
        }

        return faults;
    }
}
