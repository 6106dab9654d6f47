using System.Text;
using KestrelRaw.TestHelpers;
using LoadClient.Load;
using LoadClient.Reporting;
using LoadClient.Targets;

namespace LoadClient.Tests.Load;

/// <summary>Runs of the engine in the test's process.</summary>
internal static class Runs
{
    public static readonly byte[] Request = Encoding.ASCII.GetBytes("GET / HTTP/1.0\r\n\r\n");

    /// <summary>A closed loop of one thread, as the tests change it.</summary>
    public static LoadSettings Of(Target target, long requests, int connections) => new()
    {
        Target = target,
        Requests = requests,
        Connections = connections,
        Request = Request,
    };

    /// <summary>To the run's end; one that hangs is stopped and its report is partial.</summary>
    public static async Task<RunReport> RunAsync(
        LoadSettings settings,
        Action<RunProgress>? progress = null,
        Func<IRequestRecorder>? createRecorder = null,
        CancellationToken cancellationToken = default)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        giveUp.CancelAfter(Until.Patience);
        using var generator = new LoadGenerator(settings, TimeProvider.System, [], createRecorder);
        RunReport report = RunReportBuilder.Build(await generator.RunAsync(progress, giveUp.Token));
        Assert.Equal(report.IsPartial, cancellationToken.IsCancellationRequested);
        CheckSums(report);
        return report;
    }

    /// <summary>All of them failed, and in this way.</summary>
    public static void AssertAllFailed(RunReport report, string error)
    {
        Assert.Equal(new Dictionary<string, long> { [error] = report.Counts.Started }, NonZero(report));
        Assert.Equal(report.Settings.Requests, report.Counts.Failed);
    }

    public static Dictionary<string, long> NonZero(RunReport report) => report.Errors.Where(error => error.Value > 0).ToDictionary();

    /// <summary>What holds for every run: each connection is counted once, in each of the report's tables.</summary>
    private static void CheckSums(RunReport report)
    {
        CountsReport counts = report.Counts;
        Assert.Equal(counts.Started, counts.Good + counts.Failed + counts.Abandoned);
        Assert.Equal(counts.Failed, report.Errors.Values.Sum());
        Assert.Equal(report.Errors["other"], report.OtherErrors.Values.Sum());
        Assert.Equal(counts.Good, report.Timeline.Points.Sum(point => point.Good));
        Assert.Equal(counts.Failed, report.Timeline.Points.Sum(point => point.Failed));
        LatenciesReport latencies = report.Latencies;
        Assert.All([latencies.Connect, latencies.Processing, latencies.Waiting, latencies.Total], latency => Assert.Equal(counts.Good, latency.Count));
        Assert.True(counts.Abandoned == 0 || report.IsPartial);
    }
}
