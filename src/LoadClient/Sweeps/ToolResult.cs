using LoadClient.Reporting;

namespace LoadClient.Sweeps;

/// <summary>What a tool says of one run. The members are those of <see cref="SweepRow"/>.</summary>
internal sealed record ToolResult(double RequestsPerSecond, double? P50, double? P99, double? Max, long Complete, long Failed, double? Efficiency, string Note)
{
    public bool IsPartial { get; init; }

    /// <summary>There are no figures, and the note says why.</summary>
    public static ToolResult NotDone(string note) => new(0, null, null, null, 0, 0, null, note);
}
