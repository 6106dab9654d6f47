using System.CommandLine;
using System.Text.Json;
using LoadClient.Faults;
using LoadClient.Merging;
using LoadClient.Reporting;

namespace LoadClient.Commands;

/// <summary><c>merge A.hlog B.hlog</c>: the results of several machines as one.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("FILE.hlog") { Description = "Logs that --hlog wrote, one for each machine.", Arity = ArgumentArity.OneOrMore };
        var format = new Option<string>("--format", "-o") { Description = "What is printed: text or json.", DefaultValueFactory = _ => "text" };
        var log = new Option<string?>("--hlog") { Description = "Write the intervals of all files into one log.", HelpName = "FILE" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("merge", "Merge HdrHistogram logs: exact percentiles of the union, and the summed rate of the time in which all were recording.") { paths, format, log };
        command.SetAction(result => Run(
            result.GetRequiredValue(paths),
            result.GetRequiredValue(format) == "json",
            result.GetValue(log),
            Console.Out,
            Console.Error));
        return command;
    }

    internal static int Run(IReadOnlyList<string> paths, bool isJson, string? log, TextWriter output, TextWriter error)
    {
        List<Fault> faults = [.. FindRepeated(paths, log)];
        MergeReport? report = LogMerger.Merge(paths, faults);
        if (report is null || faults.Count > 0)
        {
            return FaultReport.Print(faults, error);
        }

        try
        {
            if (log is not null)
            {
                LogMerger.WriteLog(paths, log);
            }
        }
        catch (ReportFileException exception)
        {
            return FaultReport.Print([new Fault("--hlog", exception.Message)], error);
        }

        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(report, MergeReportContext.Default.MergeReport));
        }
        else
        {
            MergeText.Write(output, report);
        }

        return ExitCode.Done;
    }

    /// <summary>A log that is given twice would count twice; one that is also the target would be emptied before it is read.</summary>
    private static IEnumerable<Fault> FindRepeated(IReadOnlyList<string> paths, string? log)
    {
        foreach (IGrouping<string, string> same in paths.GroupBy(FullPath).Where(group => group.Count() > 1))
        {
            yield return new Fault(same.First(), $"it is given {same.Count()} times");
        }

        if (log is not null && paths.Select(FullPath).Contains(FullPath(log)))
        {
            yield return new Fault("--hlog", $"{log} is one of the files that are merged");
        }
    }

    // An empty argument has no full path; opening it names it as a fault.
    private static string FullPath(string path) => path.Length == 0 ? path : Path.GetFullPath(path);
}
