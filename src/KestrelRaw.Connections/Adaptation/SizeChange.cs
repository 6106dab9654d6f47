namespace KestrelRaw.Connections.Adaptation;

/// <summary>A decision about the size as an experiment: the window before it, to be compared with the one after it.</summary>
/// <param name="Size">The size before.</param>
/// <param name="IsGrowth">It grew.</param>
/// <param name="InFlight">Works at once before.</param>
/// <param name="Throughput">Throughput before.</param>
internal readonly record struct SizeChange(int Size, bool IsGrowth, double InFlight, double Throughput)
{
    /// <summary>Smaller changes of the works at once (natural logarithm) drown in chance.</summary>
    private const double SmallestChange = 0.1;

    /// <summary>
    /// How throughput followed the works at once: 1 in proportion, below the back end's capacity; 0 not at all, beyond it;
    /// null when they hardly changed. A correlation over many windows, as others use it, says only how regular the
    /// relation is, and for a minute remembers a back end that is no more.
    /// </summary>
    public double? Elasticity(SampleTally after, TimeSpan now)
    {
        double inFlight = Math.Log(after.InFlight(now) / InFlight);
        return Throughput > 0 && Math.Abs(inFlight) >= SmallestChange ? Math.Log(after.Throughput(now) / Throughput) / inFlight : null;
    }
}
