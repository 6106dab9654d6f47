using System.Net;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using LoadClient.ExternalTools;
using LoadClient.Load;
using LoadClient.Sweeps;
using LoadClient.Targets;
using LoadClient.Tests.Sweeps;
using Microsoft.Extensions.Time.Testing;

namespace LoadClient.Tests.ExternalTools;

public sealed class ApacheBenchTests
{
    private readonly ApacheBench _ab = new();

    [Fact]
    public async Task RunAsync_Live_HasAbsFigures()
    {
        await using var server = new HttpServer(_ => HttpServer.Response("Hello World!"));

        ToolResult result = await RunAsync(SweepData.Settings(SweepData.Tcp(server.Port), connections: 10, requests: 200) with { ExpectDelay = TimeSpan.FromMilliseconds(1) });

        Assert.Equal((200, 0, ""), (result.Complete, result.Failed, result.Note));
        Assert.InRange(result.RequestsPerSecond, 1, 1_000_000);
        Assert.NotNull(result.P50);
        Assert.True(result.P50 <= result.P99 && result.P99 <= result.Max);

        // 20 rounds of a millisecond, over the time that 200 requests took; ab gives three decimals of either.
        Assert.Equal(0.02 * result.RequestsPerSecond / 200, result.Efficiency!.Value, 0.2 * result.Efficiency.Value);
    }

    [Fact]
    public async Task RunAsync_LiveForADuration_EndsByItAndNotByTheRequests()
    {
        await using var server = new HttpServer(_ => HttpServer.Response("Hello World!"));

        ToolResult result = await RunAsync(SweepData.Settings(SweepData.Tcp(server.Port), connections: 2, requests: null) with { Duration = TimeSpan.FromSeconds(1) });

        Assert.InRange(result.Complete, 1, 19_999);
        Assert.InRange(result.Complete / result.RequestsPerSecond, 0.9, 5);
    }

    [Fact]
    public async Task RunAsync_LiveWithOtherLengthsAndStatus_NamesThem()
    {
        await using var server = new HttpServer(number => number > 45 ? HttpServer.Response("No") : number > 40 ? HttpServer.Response("Hello World!", "500 No") : HttpServer.Response("Hello World!"));

        ToolResult result = await RunAsync(SweepData.Settings(SweepData.Tcp(server.Port), connections: 1, requests: 50));

        Assert.Equal((50, 5), (result.Complete, result.Failed));
        Assert.Equal("5 length; 5 with a status other than 2xx; the latencies are also of the failed ones", result.Note);
    }

    [Fact]
    public async Task RunAsync_LiveWithNobodyListening_EachFailsOnceAndHasNoLatency()
    {
        // Bound: no other socket can get the port.
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        ToolResult result = await RunAsync(SweepData.Settings(SweepData.Tcp(((IPEndPoint)silent.LocalEndPoint!).Port)));

        // ab itself says 'Failed requests: 150' or so of 100: it counts some of them twice.
        Assert.Equal((100, 100, 0.0, null, null), (result.Complete, result.Failed, result.RequestsPerSecond, result.P50, result.Max));
        Assert.StartsWith("100 receive", result.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_Requests_AreAsAbWantsThem() =>
        Assert.Equal(
            "-q -r -n 100 -c 10 -s 2 -B 127.0.0.2 http://127.0.0.1:7777/",
            Arguments(SweepData.Settings() with { Timeout = TimeSpan.FromSeconds(1.5), Sources = [IPAddress.Parse("127.0.0.2")] }));

    [Fact]
    public void Arguments_Duration_SetsTheRequestsAfterTheTime() =>
        Assert.Equal(
            "-q -r -l -t 10 -n 200000 -c 10 -s 30 http://127.0.0.1:7777/",
            Arguments(SweepData.Settings(requests: null) with { AnyLength = true, Duration = TimeSpan.FromSeconds(10) }));

    [Fact]
    public void Arguments_HttpTargetOfIPv6_HasItsPathAndBrackets() =>
        Assert.EndsWith(
            " http://[::1]:80/p?a=b",
            Arguments(SweepData.Settings(new("http://[::1]:80/p?a=b", TargetKind.Http, "::1", 80, "/p?a=b", new IPEndPoint(IPAddress.IPv6Loopback, 80)))),
            StringComparison.Ordinal);

    [Fact]
    public void WhyNot_WhatAbCannot_IsSaid()
    {
        LoadSettings settings = SweepData.Settings();

        Assert.Null(_ab.WhyNot(settings));
        Assert.Equal("ab can't connect to a unix socket", _ab.WhyNot(SweepData.Settings(SweepData.Unix())));
        Assert.Equal("ab has no open loop", _ab.WhyNot(settings with { Rate = 5 }));
        Assert.Equal("ab can't send bytes of one's own", _ab.WhyNot(settings with { IsOwnRequest = true }));
        Assert.Equal("ab wants at least as many requests as connections at once", _ab.WhyNot(settings with { Requests = 9 }));
        Assert.Equal("ab has at most 20000 connections at once", _ab.WhyNot(settings with { Requests = 30_000, Connections = 20_001 }));
        Assert.Equal("ab connects from one address only", _ab.WhyNot(settings with { Sources = [IPAddress.Loopback, IPAddress.Parse("127.0.0.2")] }));
        Assert.Equal("ab counts to 2147483647", _ab.WhyNot(settings with { Requests = 3_000_000_000 }));
    }

    [Fact]
    public void Parse_Nonsense_IsAFormatException() => Assert.Throws<FormatException>(() => _ab.Parse("Hello", SweepData.Settings()));

    [Fact]
    public void Parse_ExpectedText_NoteSaysThatAbDoesNotCheck() =>
        Assert.Equal(
            "the expected response is not checked",
            _ab.Parse("Complete requests:      1\nFailed requests:        0\n", SweepData.Settings() with { ExpectText = "Hello" }).Note);

    private string Arguments(LoadSettings settings) => string.Join(' ', _ab.Arguments(settings));

    private async Task<ToolResult> RunAsync(LoadSettings settings)
    {
        Tools.SkipUnlessPresent("ab");
        Parsed<IReadOnlyList<ISweepTool>> located = await new ToolLocator(Environment.GetEnvironmentVariable("PATH")!, new FakeTimeProvider()).LocateAsync([_ab], default).OrHang();
        Assert.Empty(located.Faults);
        Assert.Contains("ApacheBench", located.Value[0].Version, StringComparison.Ordinal);
        return await located.Value[0].RunAsync(settings, default).OrHang();
    }
}
