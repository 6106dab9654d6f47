using System.Net;

namespace KestrelRaw.Hostile.Tests.Servers;

/// <summary>A server in a process of its own.</summary>
internal interface ITestedServer : IAsyncDisposable
{
    int ProcessId { get; }

    /// <summary>Where the hostile clients go.</summary>
    IPEndPoint Target { get; }

    /// <summary>The same, for a case whose tested endpoint may be a Unix domain socket: <see cref="Target"/> has no answer then.</summary>
    EndPoint TargetAddress => Target;

    /// <summary>Where good clients go in a case that fills the target by design.</summary>
    IPEndPoint Neighbor { get; }

    bool HasEnded { get; }

    /// <summary>Lines that it has printed.</summary>
    int LogLines { get; }

    /// <summary>What it has counted at its target; null when it does not count.</summary>
    Task<ConnectionCounts?> ReadCountsAsync();

    /// <summary>SIGTERM, and its end. Checks what a server promises at its end.</summary>
    Task StopAsync();
}
