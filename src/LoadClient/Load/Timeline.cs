namespace LoadClient.Load;

/// <summary>
/// What happened over time, in at most 600 points: when there would be more, the points become twice as long. New ones
/// are exact; of two that become one the percentiles are averaged by their counts.
/// </summary>
internal sealed class Timeline
{
    private const int MaxPoints = 600;

    private readonly List<TimelinePoint> _points = new(MaxPoints);
    private readonly IntervalTally _pending = new();
    private TimeSpan _pendingLength;

    /// <summary>Of each point but the last.</summary>
    public TimeSpan PointLength { get; private set; } = TimeSpan.FromSeconds(1);

    public IReadOnlyList<TimelinePoint> Points => _pendingLength == TimeSpan.Zero ? _points : [.. _points, Pending()];

    /// <param name="length">One second, or less for the last.</param>
    /// <param name="interval">What ended in it.</param>
    public void Add(TimeSpan length, IntervalTally interval)
    {
        _pending.Add(interval);
        _pendingLength += length;
        if (_pendingLength < PointLength)
        {
            return;
        }

        _points.Add(Pending());
        _pending.Clear();
        _pendingLength = TimeSpan.Zero;
        if (_points.Count == MaxPoints)
        {
            Halve();
        }
    }

    private TimelinePoint Pending() => TimelinePoint.Of(_pendingLength, _pending);

    private void Halve()
    {
        for (int i = 0; i < MaxPoints / 2; i++)
        {
            _points[i] = _points[2 * i].With(_points[(2 * i) + 1]);
        }

        _points.RemoveRange(MaxPoints / 2, MaxPoints / 2);
        PointLength *= 2;
    }
}
