namespace LoadClient.Reporting;

/// <summary>What a sweep found: every target at every number of connections.</summary>
/// <param name="StartedAt">Of the first run.</param>
/// <param name="ClientVersion">Of this program.</param>
/// <param name="Requests">Connections of each run; null when the runs were bounded by their duration.</param>
/// <param name="DurationSeconds">Of each run; null when the runs were bounded by their connections.</param>
/// <param name="ExpectDelaySeconds">The server's work D; null when not given: there is no ideal then.</param>
/// <param name="Rows">In the order of the runs.</param>
/// <param name="Settings">The further settings of every run, as name and value for people.</param>
internal sealed record SweepReport(
    DateTimeOffset StartedAt,
    string ClientVersion,
    long? Requests,
    double? DurationSeconds,
    double? ExpectDelaySeconds,
    IReadOnlyList<SweepRow> Rows,
    IReadOnlyList<KeyValuePair<string, string>> Settings)
{
    /// <summary>True when the sweep was stopped before its end: the rows tell of what was done until then.</summary>
    public bool IsPartial { get; init; }
}

/// <summary>One run of the sweep. Latencies are total times in milliseconds.</summary>
/// <param name="Target">The target's name: <c>threads</c> in <c>threads=tcp://127.0.0.1:4444</c>.</param>
/// <param name="Url">Its URL.</param>
/// <param name="Tool">Whose figures they are: <c>loadclient</c>, <c>ab</c>, <c>bombardier</c>.</param>
/// <param name="Connections">At once.</param>
/// <param name="RequestsPerSecond">Good connections a second.</param>
/// <param name="P50">Null when the tool does not say or nothing was good.</param>
/// <param name="P99">The same at 99 %.</param>
/// <param name="Max">The same at 100 %.</param>
/// <param name="Complete">Connections that ended, good or not.</param>
/// <param name="Failed">Of these, not good.</param>
/// <param name="Efficiency">Ideal time over time taken; null without an expected delay.</param>
/// <param name="Note">What a reader of the row must know: the errors by name, the client's own limits, why the run failed. Empty: nothing.</param>
internal sealed record SweepRow(
    string Target,
    string Url,
    string Tool,
    int Connections,
    double RequestsPerSecond,
    double? P50,
    double? P99,
    double? Max,
    long Complete,
    long Failed,
    double? Efficiency,
    string Note)
{
    /// <summary>True when the run was stopped before its end.</summary>
    public bool IsPartial { get; init; }
}
