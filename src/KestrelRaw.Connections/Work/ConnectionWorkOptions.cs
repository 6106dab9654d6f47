namespace KestrelRaw.Connections.Work;

/// <summary>How a connection is served that brings one request and gets one response. <see cref="Timeout.InfiniteTimeSpan"/> is no timeout.</summary>
public sealed record ConnectionWorkOptions
{
    /// <summary>1024, what the article's servers receive.</summary>
    public const int DefaultMaxRequestBytes = 1024;

    /// <summary>The most bytes that the work gets of what the client sends first. Default 1024.</summary>
    public int MaxRequestBytes { get; set; } = DefaultMaxRequestBytes;

    /// <summary>From the connection's slot to the client's first byte; else it ends as <c>first_byte_timeout</c>. Default 30 s.</summary>
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For the work; else the connection ends as <c>work_timeout</c>, at once and without a response. Default 60 s.</summary>
    public TimeSpan WorkTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>For the kernel to take the whole response; else <c>send_timeout</c>. Default 30 s.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest silence after the response while the client's FIN is awaited, five times that in all; then the connection is closed. Default 2 s.</summary>
    public TimeSpan LingerTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What the client is sent when the work has thrown an exception. Default nothing: the client sees an end of file.</summary>
    public ReadOnlyMemory<byte> FailureResponse { get; set; }
}
