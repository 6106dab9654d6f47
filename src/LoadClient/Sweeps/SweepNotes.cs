using LoadClient.Load;
using LoadClient.Reporting;

namespace LoadClient.Sweeps;

/// <summary>What a reader of a row must know.</summary>
internal static class SweepNotes
{
    public static string Of(RunReport report)
    {
        string other = ConnectionOutcome.Other.Name();
        IEnumerable<string> errors = report.Errors
            .Where(error => error.Value > 0 && (error.Key != other || report.OtherErrors.Count == 0))
            .Select(error => $"{error.Value} {error.Key}")
            .Concat(report.OtherErrors.Select(error => $"{error.Value} {other} ({error.Key})"));
        return Join(
        [
            report.IsPartial ? "stopped before its end" : "",
            string.Join(", ", errors),
            report.Counts.Non2xx > 0 ? $"{report.Counts.Non2xx} with a status other than 2xx" : "",
            .. report.Client.Bottlenecks,
        ]);
    }

    /// <summary>One line: a note that breaks the line would break the table.</summary>
    public static string Join(params IEnumerable<string> parts) =>
        string.Join("; ", parts.Select(part => part.ReplaceLineEndings(" ").Trim()).Where(part => part.Length > 0));
}
