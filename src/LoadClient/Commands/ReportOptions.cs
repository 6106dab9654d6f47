using System.CommandLine;
using LoadClient.Faults;
using LoadClient.Reporting;
using LoadClient.Reporting.Html;
using LoadClient.Thresholds;

namespace LoadClient.Commands;

/// <summary>The options of a single run that say what it reports, and what of it makes the run fail.</summary>
internal sealed class ReportOptions
{
    private const string Text = "text";
    private const string Json = "json";

    private readonly Option<string> _format = new("--format", "-o") { HelpName = "text|json", Description = "The report on standard output.", DefaultValueFactory = _ => Text };
    private readonly Option<string?> _json = new("--json") { HelpName = "FILE", Description = "Write the report as JSON." };
    private readonly Option<string?> _html = new("--html") { HelpName = "FILE", Description = "Write the report as a page with charts." };
    private readonly Option<string?> _csv = new("--csv") { HelpName = "FILE", Description = "Write the percentiles, in the format of ab -e." };
    private readonly Option<string?> _gnuplot = new("--gnuplot") { HelpName = "FILE", Description = "Write every good request's times, in the format of ab -g." };
    private readonly Option<string?> _hlog = new("--hlog") { HelpName = "FILE", Description = "Write an HdrHistogram log, which merge can put together with those of other machines." };
    private readonly Option<string[]> _failIf = new("--fail-if") { HelpName = "CONDITION", Description = "Exit with 1 if it holds, such as 'p99>600ms'; repeatable: p50, p90, p95, p99, p99.9, max, failed, rps, efficiency." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "No progress on standard error." };

    public void AddTo(Command command)
    {
        foreach (Option option in (IEnumerable<Option>)[_format, _json, _html, _csv, _gnuplot, _hlog, _failIf, _quiet])
        {
            command.Options.Add(option);
        }
    }

    public bool IsQuiet(ParseResult result) => result.GetValue(_quiet);

    public void CheckFormat(ParseResult result, List<Fault> faults)
    {
        if (result.GetValue(_format) is var format and not (Text or Json))
        {
            faults.Add(new Fault(_format.Name, $"'{format}' is not allowed: {Text} or {Json}"));
        }
    }

    public IReadOnlyList<Threshold> ReadThresholds(ParseResult result, TimeSpan? expectDelay, List<Fault> faults)
    {
        var thresholds = new List<Threshold>();
        foreach (string text in result.GetValue(_failIf) ?? [])
        {
            if (!Threshold.TryParse(text, out Threshold? threshold, out string? fault))
            {
                faults.Add(new Fault(_failIf.Name, fault));
            }
            else if (threshold.NeedsExpectedDelay && expectDelay is null)
            {
                faults.Add(new Fault(_failIf.Name, $"'{text}' needs --expect-delay"));
            }
            else
            {
                thresholds.Add(threshold);
            }
        }

        return thresholds;
    }

    /// <summary>Opens every file that was asked for: a run of an hour must not end with a report that can't be written.</summary>
    public RunOutputs Open(ParseResult result, TextWriter standardOutput, List<Fault> faults)
    {
        var outputs = new RunOutputs(standardOutput, isJson: result.GetValue(_format) == Json);
        ReportFiles.Open(result, _json, faults, path => outputs.Files.Add(path, JsonReport.Write));
        ReportFiles.Open(result, _html, faults, path => outputs.Files.AddText(path, RunPage.Write));
        ReportFiles.Open(result, _csv, faults, path => outputs.Files.AddText(path, CsvReport.Write));
        ReportFiles.Open(result, _gnuplot, faults, outputs.AddRequests);
        ReportFiles.Open(result, _hlog, faults, outputs.AddIntervalLog);
        return outputs;
    }
}
