namespace LoadClient.Reporting;

/// <summary>
/// Everything that is known of a finished run: the one source of all reports, and, serialized as it stands, the JSON
/// report (docs/loadclient-report.md). Latencies are milliseconds, durations seconds.
/// </summary>
internal sealed record RunReport
{
    /// <summary>Grows when a reader of an older version would misread a newer report; added members do not count.</summary>
    public const int CurrentSchemaVersion = 1;

    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    public required string ClientVersion { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>From the first start to the last end.</summary>
    public required double TimeTakenSeconds { get; init; }

    /// <summary>True when the run was stopped before its end: the report tells of what was done until then.</summary>
    public required bool IsPartial { get; init; }

    public required SettingsReport Settings { get; init; }

    public required CountsReport Counts { get; init; }

    /// <summary>Each error's name and how often it came, in a fixed order, with the zeros.</summary>
    public required IReadOnlyDictionary<string, long> Errors { get; init; }

    /// <summary>The kernel's messages behind <c>other</c>, and how often each came.</summary>
    public required IReadOnlyDictionary<string, long> OtherErrors { get; init; }

    public required BytesReport Bytes { get; init; }

    /// <summary>Good connections a second, over the time taken.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>Null without <c>--expect-delay</c>.</summary>
    public required EfficiencyReport? Efficiency { get; init; }

    public required ServerReport Server { get; init; }

    public required LatenciesReport Latencies { get; init; }

    public required TimelineReport Timeline { get; init; }

    public required ClientReport Client { get; init; }

    public IReadOnlyList<ThresholdReport> Thresholds { get; init; } = [];
}

/// <param name="Url">The target as given.</param>
/// <param name="Host">Host name or address; <c>unix:/path</c> for a unix socket.</param>
/// <param name="Port">0 for a unix socket.</param>
/// <param name="Path">Of the request; null when the user gave the bytes to send.</param>
/// <param name="IsHttp">True for http://: the response is told apart into header and document.</param>
/// <param name="Requests">Null when the run was bounded by its duration.</param>
/// <param name="DurationSeconds">Null when the run was bounded by its requests.</param>
/// <param name="Connections">At most so many at once.</param>
/// <param name="RatePerSecond">Null for a closed loop.</param>
/// <param name="TimeoutSeconds">For each connection.</param>
/// <param name="RequestBytes">Sent on each connection.</param>
/// <param name="IsOwnBody">True when the user gave the bytes to send.</param>
/// <param name="ExpectBytes">Null: the first response's length.</param>
/// <param name="ExpectText">Null: any content.</param>
/// <param name="ExpectDelaySeconds">The server's work, for the efficiency.</param>
/// <param name="Sources">Local addresses; empty: the kernel chooses.</param>
/// <param name="Threads">Loops that the connections were shared out to.</param>
/// <param name="AnyLength">Good responses may differ in length.</param>
internal sealed record SettingsReport(
    string Url,
    string Host,
    int Port,
    string? Path,
    bool IsHttp,
    long? Requests,
    double? DurationSeconds,
    int Connections,
    double? RatePerSecond,
    double TimeoutSeconds,
    int RequestBytes,
    bool IsOwnBody,
    long? ExpectBytes,
    string? ExpectText,
    double? ExpectDelaySeconds,
    IReadOnlyList<string> Sources,
    int Threads,
    bool AnyLength = false);

/// <summary>Started = good + failed + abandoned.</summary>
/// <param name="Started">Connections that were begun.</param>
/// <param name="Good">Ended as good.</param>
/// <param name="Failed">Ended as an error.</param>
/// <param name="Abandoned">Still under way when the run was stopped early.</param>
/// <param name="LateStarts">Open loop: began more than a millisecond after their intended start.</param>
/// <param name="LatestStartMilliseconds">Open loop: the greatest lateness.</param>
/// <param name="Non2xx">http:// only: responses with another status.</param>
internal sealed record CountsReport(long Started, long Good, long Failed, long Abandoned, long LateStarts, double LatestStartMilliseconds, long Non2xx)
{
    /// <summary>Ended, good or not.</summary>
    public long Complete => Good + Failed;
}

/// <param name="Sent">To the server, over all connections.</param>
/// <param name="Received">From it.</param>
/// <param name="Document">Of these, what is no HTTP header; for tcp:// and unix: everything.</param>
internal sealed record BytesReport(long Sent, long Received, long Document);

/// <param name="Value">Ideal over taken; 1 is perfect.</param>
/// <param name="IdealSeconds">
/// The shortest possible time: ceil(n/c) x D for n connections, c at once, of which each takes D; in an open loop the last
/// intended start plus D.
/// </param>
internal sealed record EfficiencyReport(double Value, double IdealSeconds);

/// <param name="Software">The header <c>Server</c> of the first response; empty if there is none.</param>
/// <param name="DocumentBytes">Length of the first good response, without an HTTP header.</param>
internal sealed record ServerReport(string Software, long DocumentBytes);

/// <summary>Of the good connections. As ab tells them apart.</summary>
/// <param name="Connect">From the intended start until the connection is established.</param>
/// <param name="Processing">From there to the end of the stream.</param>
/// <param name="Waiting">From the first byte sent to the first byte received.</param>
/// <param name="Total">From the intended start to the end of the stream.</param>
internal sealed record LatenciesReport(LatencyReport Connect, LatencyReport Processing, LatencyReport Waiting, LatencyReport Total);

/// <summary>One kind of latency, in milliseconds. All zero when there was no good connection.</summary>
/// <param name="Count">Connections that were measured.</param>
/// <param name="Min">The least, exact.</param>
/// <param name="Mean">Exact.</param>
/// <param name="StandardDeviation">Of the sample (n - 1), as ab's.</param>
/// <param name="Median">The percentile 50.</param>
/// <param name="Max">The greatest, exact.</param>
/// <param name="Percentiles">Rising: 0, 1 ... 99, 99.9, 99.99, 99.999, 100. To three significant digits.</param>
/// <param name="Buckets">A histogram from the minimum to the maximum, rising, without gaps; the last one may be much wider.</param>
internal sealed record LatencyReport(
    long Count,
    double Min,
    double Mean,
    double StandardDeviation,
    double Median,
    double Max,
    IReadOnlyList<PercentileReport> Percentiles,
    IReadOnlyList<BucketReport> Buckets)
{
    /// <summary>The value at one of the percentiles that the report holds.</summary>
    /// <exception cref="InvalidOperationException">The report does not hold it.</exception>
    public double At(double percentile) => Percentiles.First(point => point.Percentile == percentile).Milliseconds;
}

internal sealed record PercentileReport(double Percentile, double Milliseconds);

internal sealed record BucketReport(double FromMilliseconds, double ToMilliseconds, long Count);

/// <param name="IntervalSeconds">Length of each point but the last; doubles in long runs, so that there are never more than 600.</param>
/// <param name="Points">In order, without gaps.</param>
internal sealed record TimelineReport(double IntervalSeconds, IReadOnlyList<TimelinePointReport> Points);

/// <param name="StartSeconds">After the run's start.</param>
/// <param name="LengthSeconds">The last point may be shorter than the others.</param>
/// <param name="Good">Ended as good in it.</param>
/// <param name="Failed">Ended as an error in it.</param>
/// <param name="P50">Median total time of the good ones, milliseconds; null without any.</param>
/// <param name="P99">The same at 99 %.</param>
/// <param name="Max">The same at 100 %.</param>
internal sealed record TimelinePointReport(double StartSeconds, double LengthSeconds, long Good, long Failed, double? P50, double? P99, double? Max);

/// <param name="ProcessorSeconds">User and system time of this process during the run.</param>
/// <param name="ProcessorMicrosecondsPerConnection">The same for each connection that ended.</param>
/// <param name="BusiestThread">Share of the run in which the busiest loop had something to do, 0 to 1.</param>
/// <param name="Bottlenecks">What made this client, not the server, the limit; a sentence each. Empty: nothing.</param>
internal sealed record ClientReport(double ProcessorSeconds, double ProcessorMicrosecondsPerConnection, double BusiestThread, IReadOnlyList<string> Bottlenecks);

/// <param name="Expression">As given: <c>p99&gt;600ms</c>.</param>
/// <param name="Measured">What it was compared with, for people: <c>512.3 ms</c>.</param>
/// <param name="IsBroken">The run's exit code is 1 then.</param>
internal sealed record ThresholdReport(string Expression, string Measured, bool IsBroken);
