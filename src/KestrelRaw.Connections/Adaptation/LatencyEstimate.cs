namespace KestrelRaw.Connections.Adaptation;

/// <summary>A mean latency, and how sure it is.</summary>
/// <param name="Seconds">The mean.</param>
/// <param name="Error">The mean's standard error.</param>
/// <param name="Weight">How many samples it stands for.</param>
internal readonly record struct LatencyEstimate(double Seconds, double Error, int Weight)
{
    /// <summary>An old estimate weighs no more than this, or it would never follow a slow change.</summary>
    private const int MostWeight = 400;

    /// <summary>Both, by their weights.</summary>
    public LatencyEstimate With(LatencyEstimate other)
    {
        double share = (double)other.Weight / (Weight + other.Weight);
        return new LatencyEstimate(
            Seconds + (share * (other.Seconds - Seconds)),
            double.Hypot((1 - share) * Error, share * other.Error),
            Math.Min(MostWeight, Weight + other.Weight));
    }

    /// <summary>Differs by no more than a share of it and chance (two standard errors).</summary>
    public bool IsNear(LatencyEstimate other, double tolerance) =>
        Math.Abs(other.Seconds - Seconds) <= (tolerance * Seconds) + (2 * double.Hypot(Error, other.Error));
}
