namespace LoadClient.Load;

/// <summary>What happened: of one loop while it runs, of all when they are merged.</summary>
internal sealed class Tally
{
    private readonly long[] _outcomes = new long[Enum.GetValues<ConnectionOutcome>().Length];

    // Read by the progress while the loop writes; each is written by one thread and read whole.
    private long _started;
    private long _ended;
    private long _failed;

    public long Started => Volatile.Read(ref _started);

    public long Ended => Volatile.Read(ref _ended);

    public long Failed => Volatile.Read(ref _failed);

    public long Good => _outcomes[(int)ConnectionOutcome.Good];

    public long LateStarts { get; private set; }

    /// <summary>Nanoseconds.</summary>
    public long LatestStart { get; private set; }

    public long Non2xx { get; set; }

    public long BytesSent { get; set; }

    public long BytesReceived { get; set; }

    public long DocumentBytes { get; set; }

    /// <summary>When the last connection ended; 0 without any.</summary>
    public long LastEnd { get; private set; }

    /// <summary>The error numbers behind <see cref="ConnectionOutcome.Other"/>, and how often each came.</summary>
    public Dictionary<int, long> OtherErrors { get; } = [];

    public LatencyStatistics Connect { get; } = new();

    public LatencyStatistics Processing { get; } = new();

    public LatencyStatistics Waiting { get; } = new();

    public LatencyStatistics Total { get; } = new();

    public long this[ConnectionOutcome outcome] => _outcomes[(int)outcome];

    public void CountStart() => Volatile.Write(ref _started, _started + 1);

    public void CountLateStart(long nanoseconds)
    {
        LateStarts++;
        LatestStart = Math.Max(LatestStart, nanoseconds);
    }

    public void CountEnd(ConnectionOutcome outcome, long now)
    {
        _outcomes[(int)outcome]++;
        LastEnd = now;
        if (outcome != ConnectionOutcome.Good)
        {
            Volatile.Write(ref _failed, _failed + 1);
        }

        Volatile.Write(ref _ended, _ended + 1);
    }

    public void CountOther(int error) => OtherErrors[error] = OtherErrors.GetValueOrDefault(error) + 1;

    public void Add(Tally other)
    {
        for (int i = 0; i < _outcomes.Length; i++)
        {
            _outcomes[i] += other._outcomes[i];
        }

        _started += other.Started;
        _ended += other.Ended;
        _failed += other.Failed;
        LateStarts += other.LateStarts;
        LatestStart = Math.Max(LatestStart, other.LatestStart);
        Non2xx += other.Non2xx;
        BytesSent += other.BytesSent;
        BytesReceived += other.BytesReceived;
        DocumentBytes += other.DocumentBytes;
        LastEnd = Math.Max(LastEnd, other.LastEnd);
        foreach ((int error, long count) in other.OtherErrors)
        {
            OtherErrors[error] = OtherErrors.GetValueOrDefault(error) + count;
        }

        Connect.Add(other.Connect);
        Processing.Add(other.Processing);
        Waiting.Add(other.Waiting);
        Total.Add(other.Total);
    }
}
