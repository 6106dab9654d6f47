using KestrelRaw.Connections.Adaptation;

namespace KestrelRaw.Connections.Work;

/// <summary>
/// How a connection is served that brings one request and gets one response. A connection looks once, at its start.
/// <see cref="Timeout.InfiniteTimeSpan"/> is no timeout; the linger must have one.
/// </summary>
/// <param name="Work">What comes between request and response.</param>
public sealed record ConnectionWorkOptions(IConnectionWork Work)
{
    /// <summary>1024, what the article's servers receive.</summary>
    public const int DefaultMaxRequestBytes = 1024;

    /// <summary>The most bytes that the work gets of what the client sends first. Default 1024.</summary>
    public int MaxRequestBytes { get; set; } = DefaultMaxRequestBytes;

    /// <summary>From the connection's slot to the client's first byte; else it ends as <c>first_byte_timeout</c>. Default 30 s.</summary>
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For the work; else the connection ends as <c>work_timeout</c>, without a response. Default 60 s.</summary>
    public TimeSpan WorkTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>For the kernel to take the whole response, however steadily the client reads; else <c>send_timeout</c>. Default 30 s.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest silence after the response while the client's FIN is awaited, five times that in all; then the connection is closed. Default 2 s.</summary>
    public TimeSpan LingerTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What the client is sent when the work has thrown an exception. Default nothing: the client sees an end of file.</summary>
    public ReadOnlyMemory<byte> FailureResponse { get; set; }

    /// <summary>Gets the latency of each work, and finds the pool's size from it. Null (the default): the size is as it was given. Not with a <see cref="DelayWork"/>.</summary>
    public AdaptivePoolSize? AdaptivePoolSize { get; set; }

    /// <summary>Everything that is wrong with the options; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Check(MaxRequestBytes >= 1, $"{nameof(MaxRequestBytes)} {MaxRequestBytes} is less than 1");
        CheckTime(FirstByteTimeout, nameof(FirstByteTimeout));
        CheckTime(WorkTimeout, nameof(WorkTimeout));
        CheckTime(SendTimeout, nameof(SendTimeout));
        Check(LingerTimeout > TimeSpan.Zero, $"{nameof(LingerTimeout)} {LingerTimeout} is not positive");
        Check(AdaptivePoolSize is null || Work is not DelayWork, $"{nameof(AdaptivePoolSize)} learns nothing from a {nameof(DelayWork)}, whose latency is always the same");
        return faults;

        void CheckTime(TimeSpan time, string name) =>
            Check(time > TimeSpan.Zero || time == Timeout.InfiniteTimeSpan, $"{name} {time} is not positive");

        void Check(bool isRight, string fault)
        {
            if (!isRight)
            {
                faults.Add(fault);
            }
        }
    }
}
