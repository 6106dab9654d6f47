using System.Net;
using KestrelRaw.TestHelpers;
using LoadClient.ExternalTools;
using LoadClient.Load;
using LoadClient.Sweeps;
using LoadClient.Tests.Sweeps;
using Microsoft.Extensions.Time.Testing;

namespace LoadClient.Tests.ExternalTools;

/// <summary>The tool itself is in no package of Debian's: a script stands for it, with the output of its template.</summary>
public sealed class BombardierTests
{
    private const string Report =
        """
        {"spec":{"numberOfConnections":10,"testType":"number-of-requests","numberOfRequests":100,"method":"GET","url":"http://127.0.0.1:7777/","body":"","stream":false,"timeoutSeconds":30,"client":"net/http.v1"},"result":{"bytesRead":12400,"bytesWritten":9500,"timeTakenSeconds":5.02,"req1xx":0,"req2xx":100,"req3xx":0,"req4xx":0,"req5xx":0,"others":0,"latency":{"mean":501234.5,"stddev":812.3,"max":510000,"percentiles":{"50":501200,"75":501900,"90":502500,"99":508250}},"rps":{"mean":19.9,"stddev":51.2,"max":495.1,"percentiles":{"50":0.000000,"75":0.000000,"90":0.000000,"99":495.100000}}}}
        """;

    private const string ReportWithErrors =
        """
        {"spec":{"numberOfConnections":10,"testType":"timed","testDurationSeconds":1,"method":"GET","url":"http://127.0.0.1:7777/","body":"","stream":false,"timeoutSeconds":30,"client":"net/http.v1"},"result":{"bytesRead":1,"bytesWritten":1,"timeTakenSeconds":2,"req1xx":0,"req2xx":90,"req3xx":0,"req4xx":2,"req5xx":1,"others":7,"errors":[{"description":"dial tcp 127.0.0.1:7777: connect: connection refused","count":7},{"description":"unexpected EOF","count":3}]}}
        """;

    private const string Version = "if [ \"$1\" = --version ]; then echo 'bombardier version v1.2.6 linux/amd64' >&2; exit 0; fi";

    private readonly Bombardier _bombardier = new();

    [Fact]
    public async Task RunAsync_Script_HasItsFiguresAndGotTheArguments()
    {
        using var program = new FakeProgram();
        await program.AddAsync("bombardier", $"{Version}\ncat <<'END'\n{Report}\nEND");
        Parsed<IReadOnlyList<ISweepTool>> located = await new ToolLocator(program.SearchPath, new FakeTimeProvider()).LocateAsync([_bombardier], default).OrHang();
        Assert.Empty(located.Faults);
        Assert.Equal("bombardier version v1.2.6 linux/amd64", located.Value[0].Version);

        ToolResult result = await located.Value[0].RunAsync(SweepData.Settings() with { ExpectDelay = TimeSpan.FromSeconds(0.5) }, default).OrHang();

        Assert.Equal(new(100 / 5.02, 501.2, 508.25, 510, 100, 0, 5 / 5.02, ""), result);
        Assert.Equal(
            ["--http1", "--disableKeepAlives", "--latencies", "--print", "result", "--format", "json", "--connections", "10", "--timeout", "30000ms", "--requests", "100", "http://127.0.0.1:7777/"],
            program.Arguments);
    }

    [Fact]
    public void Parse_Errors_AreFailedAndNamed()
    {
        ToolResult result = _bombardier.Parse(ReportWithErrors, SweepData.Settings());

        Assert.Equal((45.0, 100, 10, null, null), (result.RequestsPerSecond, result.Complete, result.Failed, result.P50, result.Max));
        Assert.Equal(
            "7 dial tcp 127.0.0.1:7777: connect: connection refused, 3 unexpected EOF; the latencies are also of the failed ones; 3 with a status other than 2xx",
            result.Note);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"result\":null}")]
    [InlineData("{\"result\":{\"req2xx\":1}}")]
    [InlineData("{\"result\":{\"timeTakenSeconds\":+Inf}}")]
    [InlineData("Welcome to Bombardier!")]
    public void Parse_Nonsense_IsAFormatException(string output) => Assert.Throws<FormatException>(() => _bombardier.Parse(output, SweepData.Settings()));

    [Fact]
    public void Arguments_Duration_IsInMilliseconds()
    {
        IReadOnlyList<string> arguments = _bombardier.Arguments(SweepData.Settings(requests: null) with { Duration = TimeSpan.FromSeconds(1.5) });

        Assert.Equal("1500ms", arguments[arguments.ToList().IndexOf("--duration") + 1]);
        Assert.DoesNotContain("--requests", arguments);
    }

    [Fact]
    public void WhyNot_WhatBombardierCannot_IsSaid()
    {
        LoadSettings settings = SweepData.Settings();

        Assert.Null(_bombardier.WhyNot(settings));
        Assert.Equal("bombardier can't connect to a unix socket", _bombardier.WhyNot(SweepData.Settings(SweepData.Unix())));
        Assert.Equal("bombardier has no open loop", _bombardier.WhyNot(settings with { Rate = 5 }));
        Assert.Equal("bombardier can't choose its source address", _bombardier.WhyNot(settings with { Sources = [IPAddress.Loopback] }));
        Assert.Equal("bombardier runs for a second at least", _bombardier.WhyNot(settings with { Requests = null, Duration = TimeSpan.FromSeconds(0.5) }));
    }
}
