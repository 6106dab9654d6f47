namespace KestrelRaw.Connections.Adaptation;

/// <summary>
/// What throughput there was lately with how much work at once, one point for each such number. Its slope on logarithmic
/// axes, the elasticity, says whether more at once brings more: 1 below the back end's capacity, 0 beyond it, negative
/// where it suffocates. (A correlation says only how regular the relation is: one percent more for twice the work, each
/// time, correlates perfectly.)
/// </summary>
internal sealed class ThroughputCurve
{
    /// <summary>Points nearer to each other on the axis of works at once (natural logarithm) are one.</summary>
    private const double SamePoint = 0.05;

    /// <summary>A point further from the present is of another region of the curve: a factor of two.</summary>
    private const double Region = 0.7;

    /// <summary>How far throughput (natural logarithm) may be off by chance.</summary>
    private const double Chance = 0.2;

    private static readonly TimeSpan _memory = TimeSpan.FromMinutes(1);

    private readonly List<Point> _points = [];

    public void Add(TimeSpan now, double inFlight, double throughput)
    {
        if (inFlight <= 0 || throughput <= 0)
        {
            return;
        }

        var point = new Point(now, Math.Log(inFlight), Math.Log(throughput));
        _points.RemoveAll(known => now - known.Time > _memory || known.IsOfOtherBackEnd(point));
        int same = _points.FindIndex(known => Math.Abs(known.InFlight - point.InFlight) < SamePoint);
        if (same >= 0)
        {
            point = point with { Throughput = (_points[same].Throughput + point.Throughput) / 2 };
            _points.RemoveAt(same);
        }

        _points.Add(point);
    }

    /// <summary>The slope around the newest point; null while there is too little difference between the points.</summary>
    public double? Elasticity()
    {
        if (_points.Count == 0)
        {
            return null;
        }

        double here = _points[^1].InFlight;
        var near = _points.FindAll(point => Math.Abs(point.InFlight - here) < Region);
        double meanInFlight = near.Average(static point => point.InFlight);
        double meanThroughput = near.Average(static point => point.Throughput);
        double variance = near.Average(point => Math.Pow(point.InFlight - meanInFlight, 2));
        double covariance = near.Average(point => (point.InFlight - meanInFlight) * (point.Throughput - meanThroughput));
        return variance < SamePoint * SamePoint ? null : covariance / variance;
    }

    public void Clear() => _points.Clear();

    private readonly record struct Point(TimeSpan Time, double InFlight, double Throughput)
    {
        /// <summary>From one point to another throughput stays, or changes in proportion, or something in between. More than that is a back end that has changed.</summary>
        public bool IsOfOtherBackEnd(Point newer)
        {
            double proportion = newer.InFlight - InFlight;
            double change = newer.Throughput - Throughput;
            return change < Math.Min(0, proportion) - Chance || change > Math.Max(0, proportion) + Chance;
        }
    }
}
