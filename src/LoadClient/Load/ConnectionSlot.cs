using LoadClient.Responses;

namespace LoadClient.Load;

/// <summary>One of the connections that a loop has at once. Times are nanoseconds of the monotonic clock.</summary>
internal struct ConnectionSlot
{
    public ConnectionPhase Phase;
    public int Descriptor;

    /// <summary>Bytes of the request that the kernel has taken.</summary>
    public int Sent;

    /// <summary>The connection's error, if a send has taken it from the reads; else 0.</summary>
    public int SendError;

    /// <summary>Latencies count from here.</summary>
    public long IntendedStart;

    /// <summary>The timeout counts from here.</summary>
    public long Start;

    public long Connected;

    /// <summary>0 until a byte has come.</summary>
    public long FirstByte;

    public ResponseState Response;

    /// <summary>Neighbours in the order of starts: that is the order in which their time runs out.</summary>
    public int Earlier;
    public int Later;
}
