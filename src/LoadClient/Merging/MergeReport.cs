using System.Text.Json.Serialization;
using LoadClient.Reporting;

namespace LoadClient.Merging;

/// <summary>Several logs as one: what <c>merge</c> found, and, serialized as it stands, its JSON (docs/loadclient-report.md).</summary>
/// <param name="SchemaVersion">Grows as that of the run's report.</param>
/// <param name="Files">In the order they were given in.</param>
/// <param name="Count">Good connections of all files.</param>
/// <param name="Percentiles">Of the union; empty when nothing was counted. 100 is the maximum.</param>
/// <param name="Window">Null when there is no time in which all files were recording.</param>
internal sealed record MergeReport(
    int SchemaVersion,
    IReadOnlyList<MergedFileReport> Files,
    long Count,
    IReadOnlyList<PercentileReport> Percentiles,
    MergeWindowReport? Window)
{
    public const int CurrentSchemaVersion = 1;
}

/// <param name="Path">As given.</param>
/// <param name="StartedAt">Start of the first interval.</param>
/// <param name="EndedAt">End of the last one.</param>
/// <param name="Count">Good connections in it.</param>
/// <param name="RequestsPerSecond">Over the whole file; null when it has no length.</param>
internal sealed record MergedFileReport(string Path, DateTimeOffset StartedAt, DateTimeOffset EndedAt, long Count, double? RequestsPerSecond);

/// <summary>The time in which all files were recording.</summary>
/// <param name="StartedAt">The latest start of all files.</param>
/// <param name="EndedAt">The earliest end.</param>
/// <param name="RequestsPerSecond">Of all files together.</param>
/// <param name="HasSplitIntervals">An interval reaches over the window's edge: it was counted in proportion.</param>
internal sealed record MergeWindowReport(DateTimeOffset StartedAt, DateTimeOffset EndedAt, double RequestsPerSecond, bool HasSplitIntervals);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(MergeReport))]
internal sealed partial class MergeReportContext : JsonSerializerContext;
