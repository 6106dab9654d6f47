namespace LoadClient.Thresholds;

/// <summary>What a threshold watches.</summary>
internal enum ThresholdKey
{
    /// <summary>A percentile of the total time.</summary>
    Latency,

    /// <summary>Connections that ended as an error: their number, or their share of those that ended.</summary>
    Failed,

    /// <summary>Good connections a second.</summary>
    Rate,

    /// <summary>Ideal time over time taken.</summary>
    Efficiency,
}
