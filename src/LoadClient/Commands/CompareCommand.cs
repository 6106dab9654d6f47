using System.CommandLine;
using System.Text.Json;
using LoadClient.Comparing;
using LoadClient.Faults;
using LoadClient.Reporting;

namespace LoadClient.Commands;

/// <summary><c>compare A.json B.json</c>: two runs beside each other.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var a = new Argument<string>("A.json") { Description = "The report of the first run, as --json wrote it." };
        var b = new Argument<string>("B.json") { Description = "The report of the second run." };
        var command = new Command("compare", "Compare two JSON reports: what changed, and whether it exceeds the runs' own spread.") { a, b };
        command.SetAction(result => Run(result.GetRequiredValue(a), result.GetRequiredValue(b), Console.Out, Console.Error));
        return command;
    }

    internal static int Run(string pathA, string pathB, TextWriter output, TextWriter error)
    {
        var faults = new List<Fault>();
        RunReport? a = Read(pathA, faults);
        RunReport? b = Read(pathB, faults);
        if (a is null || b is null)
        {
            return FaultReport.Print(faults, error);
        }

        ComparisonText.Write(output, pathA, a, pathB, b);
        return ExitCode.Done;
    }

    private static RunReport? Read(string path, List<Fault> faults)
    {
        try
        {
            using FileStream input = File.OpenRead(path);
            return JsonReport.Read(input);
        }
        catch (Exception exception) when (exception is JsonException || ReportFile.IsFileFault(exception))
        {
            faults.Add(new Fault(path, exception.Message));
            return null;
        }
    }
}
