using System.CommandLine;
using LoadClient.ExternalTools;
using LoadClient.Faults;
using LoadClient.Load;
using LoadClient.Progress;
using LoadClient.Reporting;
using LoadClient.Reporting.Charts;
using LoadClient.Reporting.Html;
using LoadClient.Sweeps;

namespace LoadClient.Commands;

/// <summary><c>sweep</c>: every target at every number of connections, one table and one page.</summary>
internal sealed class SweepCommand
{
    private const string DefaultConnections = "50";

    private readonly Argument<string[]> _targets = new("NAME=URL") { Description = "Targets, each with the name that the rows call it by; a URL alone is its own name.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> _connections = new("--connections", "-c") { HelpName = "A,B,C", Description = "Numbers of connections at once.", DefaultValueFactory = _ => DefaultConnections };
    private readonly Option<string?> _with = new("--with") { HelpName = "TOOLS", Description = "Further tools that do the same runs, if they are on PATH: ab, bombardier." };
    private readonly Option<string?> _settle = new("--settle") { HelpName = "TIME", Description = "Rest before each run, after the connections of the one before are gone [default: 1s]." };
    private readonly LoadOptions _loadOptions = new();
    private readonly Option<string?> _html = new("--html") { HelpName = "FILE", Description = "Write a page with charts." };
    private readonly Option<string?> _svg = new("--svg") { HelpName = "FILE", Description = "Write the chart of requests per second alone." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "No progress on standard error." };

    public static Command Create()
    {
        var command = new Command("sweep", "Run every target at every number of connections: one table, one page.");
        new SweepCommand().AddTo(command);
        return command;
    }

    private void AddTo(Command command)
    {
        command.Arguments.Add(_targets);
        command.Options.Add(_connections);
        _loadOptions.AddTo(command);
        foreach (Option option in (IEnumerable<Option>)[_with, _settle, _html, _svg, _quiet])
        {
            command.Options.Add(option);
        }

        command.SetAction((result, cancellationToken) => RunAsync(result, Console.Out, Console.Error, cancellationToken));
    }

    private async Task<int> RunAsync(ParseResult result, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var faults = new List<Fault>();
        bool isQuiet = result.GetValue(_quiet);
        TimeSpan pause = new OptionReader(result, faults).Duration(_settle, TimeSpan.Zero) ?? Settling.DefaultPause;
        SweepPlan? plan = await ReadPlanAsync(result, isQuiet, faults, cancellationToken);
        if (plan is null)
        {
            return FaultReport.Print(faults, error);
        }

        using var files = new ReportFiles<SweepReport>();
        ReportFiles.Open(result, _html, faults, path => files.AddText(path, SweepPage.Write));
        ReportFiles.Open(result, _svg, faults, path => files.AddText(path, (writer, report) => writer.Write(SweepChart.Standalone(report))));
        if (faults.Count > 0)
        {
            return FaultReport.Print(faults, error);
        }

        var settling = new Settling(pause, LocalPorts.Count(), ConnectionTable.Count, TimeProvider.System);
        SweepReport report = await new Sweep(plan, settling.WaitAsync, TimeProvider.System, isQuiet ? null : Announce).RunAsync(cancellationToken);
        SweepTable.Write(output, report, isTerminal: !Console.IsOutputRedirected, isColoured: string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
        files.Write(report, faults);
        foreach (Fault unwritten in faults)
        {
            error.WriteLine($"LoadClient: {unwritten}");
        }

        bool isGood = !report.IsPartial && report.Rows.All(row => row is { Failed: 0, Complete: > 0 });
        return isGood && faults.Count == 0 ? ExitCode.Done : ExitCode.Failed;

        void Announce(SweepStep step, int number, int count) =>
            error.WriteLine($"{number} of {count}: {step.Target.Name}, {step.Settings.Connections} connections, {step.Tool.Name}");
    }

    private async Task<SweepPlan?> ReadPlanAsync(ParseResult result, bool isQuiet, List<Fault> faults, CancellationToken cancellationToken)
    {
        LoadTerms terms = _loadOptions.Read(result, faults);
        Parsed<IReadOnlyList<int>> connections = SweepArguments.ParseConnections(result.GetValue(_connections)!);
        Parsed<IReadOnlyList<NamedTarget>> targets = SweepArguments.ParseTargets(result.GetValue(_targets) ?? [], url => LoadOptions.ReadTarget(url, terms.Sources));
        var tools = new Parsed<IReadOnlyList<ISweepTool>>([], []);
        var with = new Parsed<IReadOnlyList<IExternalTool>>([], []);
        if (result.GetValue(_with) is { } names)
        {
            with = KnownTools.Parse(names);
            tools = await new ToolLocator(Environment.GetEnvironmentVariable("PATH") ?? "", TimeProvider.System).LocateAsync(with.Value, cancellationToken);
        }

        faults.AddRange(new[] { connections.Faults, targets.Faults, with.Faults, tools.Faults }.SelectMany(part => part).Select(fault => new Fault("sweep", fault)));
        return faults.Count > 0 ? null : new SweepPlan
        {
            ClientVersion = ClientVersion.Text,
            Targets = targets.Value,
            Connections = connections.Value,
            Tools = [new LoadClientTool((settings, token) => RunAsync(settings, isQuiet, token)), .. tools.Value],
            SettingsFor = (target, count) => terms.For(target, ConnectionLimit.Choose(count, count, terms.Requests, terms.Rate is not null)),
        };
    }

    private static async Task<RunReport> RunAsync(LoadSettings settings, bool isQuiet, CancellationToken cancellationToken)
    {
        using var generator = new LoadGenerator(settings, TimeProvider.System, [], createRecorder: null);
        return RunReportBuilder.Build(await RunDisplay.ShowAsync(settings, isQuiet, progress => generator.RunAsync(progress, cancellationToken)));
    }
}
