namespace KestrelRaw.Benchmarks.Connections;

/// <summary>A server in this process that the benchmark's client talks to.</summary>
internal interface IServer
{
    /// <summary>Of 127.0.0.1.</summary>
    ushort Port { get; }

    /// <summary>Ends it, and throws if it did not serve <paramref name="count"/> connections.</summary>
    void StopAfter(long count);
}
