namespace KestrelRaw.Connections.Adaptation;

/// <summary>One connection's work, from <see cref="AdaptivePoolSize.Begin"/> to <see cref="End"/>. The default value measures nothing.</summary>
public readonly record struct WorkSample
{
    private readonly AdaptivePoolSize? _owner;
    private readonly TimeSpan _began;

    internal WorkSample(AdaptivePoolSize owner, TimeSpan began)
    {
        _owner = owner;
        _began = began;
    }

    /// <summary>The work has ended; call it once, whatever the end was. It may resize the pool, which gives slots to those who wait.</summary>
    /// <param name="isGood">False when the work failed, timed out, or was given up: its latency says little.</param>
    public void End(bool isGood) => _owner?.End(_began, isGood);
}
