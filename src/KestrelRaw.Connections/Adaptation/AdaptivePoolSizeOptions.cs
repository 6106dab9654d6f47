namespace KestrelRaw.Connections.Adaptation;

/// <summary>The bounds within which a pool finds its own size.</summary>
public sealed record AdaptivePoolSizeOptions
{
    /// <summary>1.</summary>
    public const int DefaultMinimum = 1;

    /// <summary>1000, the bound of Envoy's adaptive concurrency.</summary>
    public const int DefaultMaximum = 1000;

    /// <summary>20, where Netflix's limits begin.</summary>
    public const int DefaultStart = 20;

    /// <summary>The smallest size. At least 1; default 1.</summary>
    public int Minimum { get; set; } = DefaultMinimum;

    /// <summary>The largest size, not below <see cref="Minimum"/>. Default 1000.</summary>
    public int Maximum { get; set; } = DefaultMaximum;

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

        return faults;
    }
}
