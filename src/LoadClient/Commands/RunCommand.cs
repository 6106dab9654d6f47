using System.CommandLine;
using System.ComponentModel;
using LoadClient.Faults;
using LoadClient.Load;
using LoadClient.Progress;
using LoadClient.Reporting;
using LoadClient.Targets;
using LoadClient.Thresholds;

namespace LoadClient.Commands;

/// <summary>The program's own command: one run against one target.</summary>
internal sealed class RunCommand
{
    private const int DefaultConnections = 50;

    private readonly Argument<string?> _url = new("URL")
    {
        Description = "tcp://host:port, http://host:port/path or unix:/path",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _connections = new("--connections", "-c") { HelpName = "N", Description = $"At once [default: {DefaultConnections}; with --rate as many as there are descriptors]." };
    private readonly LoadOptions _loadOptions = new();
    private readonly ReportOptions _reportOptions = new();

    public static RootCommand Create()
    {
        var root = new RootCommand("LoadClient hammers a raw TCP server, a connection for each request as ab does, and tells what it measured.");
        new RunCommand().AddTo(root);
        return root;
    }

    private void AddTo(RootCommand root)
    {
        root.Arguments.Add(_url);
        root.Options.Add(_connections);
        _loadOptions.AddTo(root);
        _reportOptions.AddTo(root);
        root.SetAction((result, cancellationToken) => RunAsync(result, Console.Out, Console.Error, cancellationToken));
    }

    private async Task<int> RunAsync(ParseResult result, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var faults = new List<Fault>();
        LoadSettings? settings = ReadSettings(result, faults);
        IReadOnlyList<Threshold> thresholds = _reportOptions.ReadThresholds(result, settings?.ExpectDelay, faults);
        _reportOptions.CheckFormat(result, faults);
        if (settings is null || faults.Count > 0)
        {
            return FaultReport.Print(faults, error);
        }

        // Only now: what is at fault elsewhere must not empty a file.
        using RunOutputs outputs = _reportOptions.Open(result, output, faults);
        if (faults.Count > 0)
        {
            return FaultReport.Print(faults, error);
        }

        RunReport report;
        try
        {
            report = RunReportBuilder.Build(await RunAsync(settings, outputs, _reportOptions.IsQuiet(result), cancellationToken));
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            // The kernel gave the loops no epoll, or the list of requests no file.
            error.WriteLine($"LoadClient: the run failed: {exception.Message}");
            return ExitCode.Failed;
        }

        report = report with { Thresholds = [.. thresholds.Select(threshold => threshold.Evaluate(report))] };
        IReadOnlyList<Fault> unwritten = outputs.Write(report);
        foreach (Fault fault in unwritten)
        {
            error.WriteLine($"LoadClient: {fault}");
        }

        bool isGood = report.Counts.Failed == 0 && !report.IsPartial && !report.Thresholds.Any(threshold => threshold.IsBroken);
        return isGood && unwritten.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<RunResult> RunAsync(LoadSettings settings, RunOutputs outputs, bool isQuiet, CancellationToken cancellationToken)
    {
        using var generator = new LoadGenerator(settings, TimeProvider.System, outputs.Sinks, outputs.CreateRecorder);
        return await RunDisplay.ShowAsync(settings, isQuiet, progress => generator.RunAsync(progress, cancellationToken));
    }

    private LoadSettings? ReadSettings(ParseResult result, List<Fault> faults)
    {
        LoadTerms terms = _loadOptions.Read(result, faults);
        Target? target = null;
        if (result.GetValue(_url) is { } url)
        {
            (target, string? fault) = LoadOptions.ReadTarget(url, terms.Sources);
            if (fault is not null)
            {
                faults.Add(new Fault(_url.Name, fault));
            }
        }
        else
        {
            faults.Add(new Fault(_url.Name, $"is missing; give {_url.Description}"));
        }

        long? connections = new OptionReader(result, faults).Count(_connections, 1, ConnectionLimit.Maximum);
        return target is null ? null : terms.For(target, ConnectionLimit.Choose((int?)connections, DefaultConnections, terms.Requests, isOpenLoop: terms.Rate is not null));
    }
}
