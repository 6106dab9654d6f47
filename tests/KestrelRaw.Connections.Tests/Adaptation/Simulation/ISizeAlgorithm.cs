namespace KestrelRaw.Connections.Tests.Adaptation.Simulation;

/// <summary>What finds a pool's size in the simulator. It is told of each work, and asked for the size after each.</summary>
internal interface ISizeAlgorithm
{
    /// <summary>How many may be at work now.</summary>
    int Limit { get; }

    /// <summary>The same without what is only for the moment of a probe.</summary>
    int Size => Limit;

    void Begin(TimeSpan now, int inUse);

    void End(TimeSpan began, TimeSpan now);

    /// <summary>Time has passed.</summary>
    void Look(TimeSpan now)
    {
    }
}
