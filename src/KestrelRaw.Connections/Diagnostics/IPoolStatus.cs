namespace KestrelRaw.Connections.Diagnostics;

/// <summary>What the metrics show of an endpoint's pool.</summary>
internal interface IPoolStatus
{
    string PoolName { get; }

    /// <summary>Null is unlimited.</summary>
    int? Size { get; }

    /// <summary>Slots that this endpoint's connections hold.</summary>
    int InUse { get; }

    /// <summary>Connections of this endpoint that wait for a slot.</summary>
    int Queued { get; }

    /// <summary>The queue is overloaded; null when nobody asks whether it is.</summary>
    bool? IsOverloaded { get; }
}
