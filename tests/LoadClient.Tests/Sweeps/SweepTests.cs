using KestrelRaw.TestHelpers;
using LoadClient.Load;
using LoadClient.Reporting;
using LoadClient.Sweeps;
using Microsoft.Extensions.Time.Testing;

namespace LoadClient.Tests.Sweeps;

public sealed class SweepTests
{
    private readonly List<string> _events = [];
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddDays(1));
    private string _unsettled = "";

    [Fact]
    public async Task RunAsync_TargetsAndTools_TakeTurnsAtEachNumberOfConnectionsAndSettleBeforeEach()
    {
        SweepReport report = await Sweep([5, 7], Tool("loadclient"), Tool("ab")).RunAsync(default).OrHang();

        Assert.Equal(
            [
                "settle 1 at 5", "loadclient 1 at 5", "settle 1 at 5", "ab 1 at 5", "settle 2 at 5", "loadclient 2 at 5", "settle 2 at 5", "ab 2 at 5",
                "settle 1 at 7", "loadclient 1 at 7", "settle 1 at 7", "ab 1 at 7", "settle 2 at 7", "loadclient 2 at 7", "settle 2 at 7", "ab 2 at 7",
            ],
            _events);
        Assert.Equal(["one loadclient 5", "one ab 5", "two loadclient 5", "two ab 5"], report.Rows.Take(4).Select(row => $"{row.Target} {row.Tool} {row.Connections}"));
        Assert.Equal(8, report.Rows.Count);
        Assert.Equal(_clock.GetUtcNow(), report.StartedAt);
        Assert.Equal(100, report.Requests);
        Assert.Equal(0.5, report.ExpectDelaySeconds);
        Assert.False(report.IsPartial);
    }

    [Fact]
    public async Task RunAsync_EngineReports_RowHasItsFigures()
    {
        SweepReport report = await Sweep([5], new LoadClientTool((_, _) => Task.FromResult(SweepData.Report(good: 90)))).RunAsync(default).OrHang();

        Assert.Equal(new("one", "tcp://127.0.0.1:1", "loadclient", 5, 90, 2, 8, 9, 90, 0, 0.98, ""), report.Rows[0]);
    }

    [Fact]
    public async Task RunAsync_NothingGood_RowHasNoLatencies()
    {
        SweepReport report = await Sweep([5], new LoadClientTool((_, _) => Task.FromResult(SweepData.Report(good: 0)))).RunAsync(default).OrHang();

        Assert.Equal((null, null, null), (report.Rows[0].P50, report.Rows[0].P99, report.Rows[0].Max));
    }

    [Fact]
    public async Task RunAsync_NotSettled_NoteSaysSo()
    {
        _unsettled = "3 connections were still open at the start";

        SweepReport report = await Sweep([5], Tool("loadclient")).RunAsync(default).OrHang();

        Assert.All(report.Rows, row => Assert.Equal("3 connections were still open at the start; ran", row.Note));
    }

    [Fact]
    public async Task RunAsync_ToolCannot_RowSaysWhyAndNothingRunsOrSettles()
    {
        SweepReport report = await Sweep([5], Tool("ab", whyNot: "ab has no open loop")).RunAsync(default).OrHang();

        Assert.All(report.Rows, row => Assert.Equal((0, "not done: ab has no open loop"), (row.Complete, row.Note)));
        Assert.Empty(_events);
    }

    [Fact]
    public async Task RunAsync_EngineCannotBegin_RowSaysWhyAndTheSweepGoesOn()
    {
        int runs = 0;
        Task<RunReport> Engine(LoadSettings settings, CancellationToken cancellationToken) =>
            runs++ == 0 ? throw new IOException("no descriptors left") : Task.FromResult(SweepData.Report());

        SweepReport report = await Sweep([5], new LoadClientTool(Engine)).RunAsync(default).OrHang();

        Assert.Equal(["not done: no descriptors left", ""], report.Rows.Select(row => row.Note));
    }

    [Fact]
    public async Task RunAsync_StoppedWithinARun_KeepsTheRowsSoFarAndIsPartial()
    {
        using var stop = new CancellationTokenSource();
        Task<RunReport> Engine(LoadSettings settings, CancellationToken cancellationToken)
        {
            if (settings.Target.Port == 2)
            {
                stop.Cancel();
            }

            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(SweepData.Report());
        }

        SweepReport report = await Sweep([5, 7], new LoadClientTool(Engine)).RunAsync(stop.Token).OrHang();

        Assert.Equal(["one"], report.Rows.Select(row => row.Target));
        Assert.True(report.IsPartial);
    }

    [Fact]
    public async Task RunAsync_StoppedEngineTellsOfItsLastRun_RowIsKeptAndPartial()
    {
        using var stop = new CancellationTokenSource();
        async Task<RunReport> Engine(LoadSettings settings, CancellationToken cancellationToken)
        {
            if (settings.Target.Port == 2)
            {
                await stop.CancelAsync();
            }

            return SweepData.Report() with { IsPartial = cancellationToken.IsCancellationRequested };
        }

        SweepReport report = await Sweep([5], new LoadClientTool(Engine)).RunAsync(stop.Token).OrHang();

        Assert.Equal([false, true], report.Rows.Select(row => row.IsPartial));
        Assert.Equal("stopped before its end", report.Rows[1].Note);
        Assert.True(report.IsPartial);
    }

    [Fact]
    public async Task RunAsync_Starting_IsToldOfEachRun()
    {
        var told = new List<string>();
        var sweep = new Sweep(Plan([5], Tool("ab")), (_, _) => Task.FromResult(""), _clock, (step, number, of) => told.Add($"{number}/{of} {step.Target.Name} {step.Tool.Name} {step.Settings.Connections}"));

        await sweep.RunAsync(default).OrHang();

        Assert.Equal(["1/2 one ab 5", "2/2 two ab 5"], told);
    }

    private Sweep Sweep(IReadOnlyList<int> connections, params IReadOnlyList<ISweepTool> tools) => new(Plan(connections, tools), SettleAsync, _clock);

    private static SweepPlan Plan(IReadOnlyList<int> connections, params IReadOnlyList<ISweepTool> tools) => new()
    {
        ClientVersion = "1",
        Targets = [new("one", SweepData.Tcp(1)), new("two", SweepData.Tcp(2))],
        Connections = connections,
        Tools = tools,
        SettingsFor = (target, atOnce) => SweepData.Settings(target, atOnce) with { ExpectDelay = TimeSpan.FromSeconds(0.5) },
    };

    private Task<string> SettleAsync(LoadSettings settings, CancellationToken cancellationToken)
    {
        _events.Add($"settle {settings.Target.Port} at {settings.Connections}");
        return Task.FromResult(_unsettled);
    }

    private FakeTool Tool(string name, string? whyNot = null) => new(name, whyNot, _events);

    private sealed class FakeTool(string name, string? whyNot, List<string> events) : ISweepTool
    {
        public string Name => name;

        public string? Version => null;

        public string? WhyNot(LoadSettings settings) => whyNot;

        public Task<ToolResult> RunAsync(LoadSettings settings, CancellationToken cancellationToken)
        {
            events.Add($"{name} {settings.Target.Port} at {settings.Connections}");
            return Task.FromResult(ToolResult.NotDone("ran"));
        }
    }
}
