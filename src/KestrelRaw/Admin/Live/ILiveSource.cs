using KestrelRaw.Admin.Pools;

namespace KestrelRaw.Admin.Live;

/// <summary>What the page needs from the server that it shows.</summary>
internal interface ILiveSource
{
    /// <summary>The meter factory of the server's connections.</summary>
    object MeterScope { get; }

    /// <summary>The settings in force. The endpoints stay the same.</summary>
    LiveServer Describe();

    LiveState ReadState();

    /// <summary>The last decision about the size of an endpoint's pool; null: nobody decides.</summary>
    PoolDecision? ReadDecision(string endpoint);
}
