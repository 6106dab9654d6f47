using System.Globalization;
using System.Net;
using LoadClient.Load;
using LoadClient.Reporting;
using LoadClient.Targets;

namespace LoadClient.Tests.Reporting;

public sealed class RunReportBuilderTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(10_000, 500, 10, 1)]
    [InlineData(10_000, 500, 12.5, 0.8)]
    [InlineData(1001, 500, 1.5, 1)]
    [InlineData(1, 500, 1, 0.5)]
    public void Efficiency_ClosedLoop_IsRoundsTimesDelayOverTimeTaken(int good, int connections, double seconds, double expected)
    {
        EfficiencyReport efficiency = RunReportBuilder.Build(Result(good, seconds) with { Settings = Settings(connections) }).Efficiency!;

        Assert.Equal(expected, efficiency.Value, 1e-9);
        Assert.Equal(expected * seconds, efficiency.IdealSeconds, 1e-9);
    }

    [Fact]
    public void Efficiency_OpenLoop_IsLastStartPlusDelayOverTimeTaken()
    {
        // 101 starts, 10 a second: the last is 10 s after the first.
        RunResult result = Result(101, 21) with { Settings = Settings(500) with { Rate = 10 } };

        Assert.Equal(new EfficiencyReport(0.5, 10.5), RunReportBuilder.Build(result).Efficiency);
    }

    [Fact]
    public void Efficiency_NothingGood_IsZero() =>
        Assert.Equal(new EfficiencyReport(0, 0), RunReportBuilder.Build(Result(0, 3) with { Settings = Settings(5) }).Efficiency);

    [Fact]
    public void Efficiency_NoExpectedDelay_IsNone() =>
        Assert.Null(RunReportBuilder.Build(Result(10, 1) with { Settings = Settings(5) with { ExpectDelay = null } }).Efficiency);

    [Fact]
    public void Build_NoTimeTaken_DividesByNothing()
    {
        RunReport report = RunReportBuilder.Build(Result(0, 0));

        Assert.Equal((0, 0, 0), (report.RequestsPerSecond, report.Client.ProcessorMicrosecondsPerConnection, report.Latencies.Total.Max));
    }

    [Fact]
    public void Build_Failures_HaveTheirNamesAndTheKernelsWords()
    {
        RunResult result = Result(8, 2);
        result.Tally.CountStart();
        result.Tally.CountEnd(ConnectionOutcome.Other, 1);
        result.Tally.CountOther(101);
        result.Tally.CountStart();
        result.Tally.CountEnd(ConnectionOutcome.Reset, 1);
        result.Tally.CountStart();

        RunReport report = RunReportBuilder.Build(result);

        Assert.Equal(new CountsReport(11, 8, 2, 1, 0, 0, 0), report.Counts);
        Assert.Equal((1, 1, 2), (report.Errors["other"], report.Errors["reset"], report.Errors.Values.Sum()));
        Assert.Equal(new Dictionary<string, long> { ["Network is unreachable"] = 1 }, report.OtherErrors);
        Assert.Equal(4, report.RequestsPerSecond);
    }

    [Fact]
    public void Bottlenecks_NothingSpecial_AreNone() => Assert.Empty(Bottlenecks.Find(Result(100, 1)));

    [Theory]
    [InlineData(0.89, 0)]
    [InlineData(0.9, 1)]
    public void Bottlenecks_LoopIsBusy_AreFoundFromNineTenths(double busy, int expected) =>
        Assert.Equal(expected, Bottlenecks.Find(Result(100, 1) with { BusiestLoop = busy }).Count(line => line.StartsWith("LoadClient's own processor time", StringComparison.Ordinal)));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public void Bottlenecks_LateStarts_AreFoundFromOneInAHundred(int late, int expected)
    {
        RunResult result = Result(200, 1);
        for (int i = 0; i < late; i++)
        {
            result.Tally.CountLateStart(5_000_000 + i);
        }

        Assert.Equal(expected, Bottlenecks.Find(result).Count(line => line.StartsWith(string.Create(CultureInfo.InvariantCulture, $"late starts: {late} of 200 connections began late, by up to 5 ms"), StringComparison.Ordinal)));
    }

    private static RunResult Result(int good, double seconds)
    {
        var tally = new Tally();
        for (int i = 0; i < good; i++)
        {
            tally.CountStart();
            tally.CountEnd(ConnectionOutcome.Good, 1);
        }

        return new RunResult
        {
            Settings = Settings(10),
            Start = new RunStart(0, DateTimeOffset.UnixEpoch),
            TimeTaken = TimeSpan.FromSeconds(seconds),
            IsPartial = false,
            Tally = tally,
            Timeline = new Timeline(),
            ReferenceBytes = null,
            ServerSoftware = "",
            ProcessorTime = TimeSpan.FromSeconds(1),
            BusiestLoop = 0.5,
        };
    }

    private static LoadSettings Settings(int connections) => new()
    {
        Target = new Target("tcp://127.0.0.1:1", TargetKind.Tcp, "127.0.0.1", 1, "/", new IPEndPoint(IPAddress.Loopback, 1)),
        Requests = 10,
        Connections = connections,
        Request = new byte[1],
        ExpectDelay = Delay,
    };
}
