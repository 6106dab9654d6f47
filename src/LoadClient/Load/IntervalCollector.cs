namespace LoadClient.Load;

/// <summary>
/// Puts the loops' intervals together, second by second, while the run goes on: for the time line, the interval log and
/// the progress. Called by one thread at a time.
/// </summary>
internal sealed class IntervalCollector(IReadOnlyList<IntervalFeed> feeds, RunStart start, IReadOnlyList<IIntervalSink> sinks)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly IntervalTally _interval = new();
    private int _collected;

    public Timeline Timeline { get; } = new();

    /// <summary>Total times of the good connections so far.</summary>
    public IntervalTally SoFar { get; } = new();

    /// <summary>Takes each whole second that all loops have published, but for those that are already over.</summary>
    public void CollectFull()
    {
        while (feeds.All(feed => feed.IsOver || feed.FullIntervals > _collected) && feeds.Any(feed => feed.FullIntervals > _collected))
        {
            Collect(Second);
        }
    }

    /// <summary>Takes what is left after the loops' end.</summary>
    /// <param name="runLength">How long the run took.</param>
    public void CollectRest(TimeSpan runLength)
    {
        while (feeds.Any(feed => feed.HasPublished))
        {
            TimeSpan left = runLength - (_collected * Second);
            if (left <= TimeSpan.Zero && _collected > 0)
            {
                // A loop saw only after the second's end that all was done: nothing ended in what is left.
                return;
            }

            Collect(left < Second && left > TimeSpan.Zero ? left : Second);
        }
    }

    private void Collect(TimeSpan length)
    {
        _interval.Clear();
        foreach (IntervalFeed feed in feeds)
        {
            if (feed.TryTake(out IntervalTally? tally))
            {
                _interval.Add(tally!);
                feed.Return(tally!);
            }
        }

        SoFar.Add(_interval);
        Timeline.Add(length, _interval);
        foreach (IIntervalSink sink in sinks)
        {
            sink.Append(start.Date + (_collected * Second), length, _interval.Total);
        }

        _collected++;
    }
}
