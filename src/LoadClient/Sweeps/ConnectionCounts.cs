namespace LoadClient.Sweeps;

/// <summary>The kernel's connections to and from a target, seen from this machine.</summary>
/// <param name="Open">Being established, established or closing.</param>
/// <param name="TimeWait">Closed, but their ports are kept for a minute.</param>
internal readonly record struct ConnectionCounts(int Open, int TimeWait);
