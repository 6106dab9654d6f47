namespace KestrelRaw.Connections.Tests.Adaptation.Simulation;

/// <summary>What came of one phase.</summary>
internal sealed class PhaseRecord(Phase phase)
{
    private readonly List<(double Seconds, int Size)> _sizes = [];

    public Phase Phase { get; } = phase;

    /// <summary>Served in the measured part, of how many seconds.</summary>
    public int Served { get; private set; }

    public double MeasuredSeconds => Phase.Seconds - Phase.Unmeasured;

    public double Throughput => Served / MeasuredSeconds;

    /// <summary>From the client's arrival to its end.</summary>
    public Histogram Total { get; } = new();

    /// <summary>From its slot to its end.</summary>
    public Histogram Work { get; } = new();

    public IEnumerable<int> MeasuredSizes => _sizes.Where(noted => noted.Seconds >= Phase.Unmeasured).Select(static noted => noted.Size);

    public int LastSize => _sizes[^1].Size;

    /// <summary>Seconds after which the size stayed between a tenth less and 2.5 times the back end's slots; null when it did not.</summary>
    public double? Converged
    {
        get
        {
            int last = _sizes.FindLastIndex(noted => noted.Size < 0.9 * Phase.Slots || noted.Size > 2.5 * Phase.Slots);
            return last == _sizes.Count - 1 ? null : last < 0 ? 0 : _sizes[last].Seconds;
        }
    }

    public void Note(TimeSpan time, int size) => _sizes.Add((time.TotalSeconds, size));

    /// <summary>The median size of the measured part between two shares of it.</summary>
    public int MedianSize(double from, double to)
    {
        int[] sizes = [.. MeasuredSizes];
        int[] part = [.. sizes[(int)(sizes.Length * from)..(int)(sizes.Length * to)].Order()];
        return part[part.Length / 2];
    }

    public void Count(TimeSpan time, double total, double work)
    {
        if (time.TotalSeconds < Phase.Unmeasured)
        {
            return;
        }

        Served++;
        Total.Add(total);
        Work.Add(work);
    }
}
