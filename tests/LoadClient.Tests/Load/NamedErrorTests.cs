using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KestrelRaw.TestHelpers;
using LoadClient.Reporting;
using LoadClient.Targets;

namespace LoadClient.Tests.Load;

/// <summary>Each error, on purpose. The two that need limits of the process or the machine are in Program/LimitTests.</summary>
[Collection(nameof(RunsAlone))]
public sealed class NamedErrorTests
{
    private const int NetworkUnreachable = 101;

    private static readonly TimeSpan ShortTimeout = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Refused_NobodyListens_IsNamed()
    {
        // Bound: no other socket can get the port, and the connection not be one with itself.
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        RunReport report = await Runs.RunAsync(Runs.Of(TcpTo((IPEndPoint)silent.LocalEndPoint!), 50, 5));

        Runs.AssertAllFailed(report, "refused");
        Assert.Equal(0, report.RequestsPerSecond);
    }

    [Fact]
    public async Task Refused_UnixSocketIsNotThere_IsNamed()
    {
        string path = Path.Combine(Path.GetTempPath(), $"loadclient-{Guid.NewGuid():N}.sock");
        var target = new Target($"unix:{path}", TargetKind.Unix, $"unix:{path}", 0, "/", new UnixDomainSocketEndPoint(path));

        Runs.AssertAllFailed(await Runs.RunAsync(Runs.Of(target, 20, 5)), "refused");
    }

    [Fact]
    public async Task Reset_AfterTheRequest_IsNamed()
    {
        await using TestServer server = TestServer.Start(async connection =>
        {
            await connection.ReceiveRequestAsync();
            connection.Reset();
        });

        Runs.AssertAllFailed(await Runs.RunAsync(Runs.Of(server.Tcp, 50, 5)), "reset");
    }

    /// <summary>The RST comes together with bytes that are read first, and must not pass for the stream's end.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reset_RightAfterTheResponse_IsNamed(bool isHttp)
    {
        await using TestServer server = TestServer.Start(async connection =>
        {
            await connection.ReceiveRequestAsync();
            await connection.SendAsync(Encoding.ASCII.GetBytes(Serve.Http));
            connection.Reset();
        });

        Runs.AssertAllFailed(await Runs.RunAsync(Runs.Of(isHttp ? server.Http : server.Tcp, 100, 5)), "reset");
    }

    /// <summary>The send that meets the RST takes the error from the reads, which must not take that for the stream's end.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Reset_WhileTheRequestIsSent_IsNamed(int answered)
    {
        await using TestServer server = TestServer.Start(async connection =>
        {
            await connection.ReceiveAsync(100_000);
            await connection.SendAsync(new byte[answered]);
            connection.Reset();
        });

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 40, 4) with { Request = new byte[3_000_000], AnyLength = true });

        Runs.AssertAllFailed(report, "reset");
    }

    [Fact]
    public async Task ConnectTimeout_BacklogIsFull_IsNamed()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var endPoint = (IPEndPoint)listener.LocalEndPoint!;

        // Linux takes one more than it was asked for.
        using var first = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var second = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(endPoint).OrHang();
        await second.ConnectAsync(endPoint).OrHang();

        RunReport report = await Runs.RunAsync(Runs.Of(TcpTo(endPoint), 4, 2) with { Timeout = ShortTimeout });

        Runs.AssertAllFailed(report, "connect-timeout");
        Assert.True(report.TimeTakenSeconds >= 2 * ShortTimeout.TotalSeconds);
    }

    [Fact]
    public async Task ReadTimeout_ServerAnswersNothing_IsNamedAndNotBeforeItsTime()
    {
        await using TestServer server = TestServer.Start(Serve.Stall);

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 6, 3) with { Timeout = ShortTimeout });

        Runs.AssertAllFailed(report, "read-timeout");
        Assert.True(report.TimeTakenSeconds >= 2 * ShortTimeout.TotalSeconds);
    }

    [Fact]
    public async Task ReadTimeout_ServerNeverEndsItsResponse_IsNamed()
    {
        await using TestServer server = TestServer.Start(async connection =>
        {
            await connection.ReceiveRequestAsync();
            await connection.SendAsync(Encoding.ASCII.GetBytes(Serve.Http));
            await connection.StallAsync();
        });

        Runs.AssertAllFailed(await Runs.RunAsync(Runs.Of(server.Http, 3, 3) with { Timeout = ShortTimeout }), "read-timeout");
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(true, "HTTP/1.0 200 OK\r\nContent-Le")]
    [InlineData(true, "HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\nHello World")]
    public async Task ShortResponse_StreamEndsTooEarly_IsNamed(bool isHttp, string response)
    {
        await using TestServer server = TestServer.Start(Serve.Response(response));

        Runs.AssertAllFailed(await Runs.RunAsync(Runs.Of(isHttp ? server.Http : server.Tcp, 10, 2)), "short-response");
    }

    [Theory]
    [InlineData(99, "short-response")]
    [InlineData(101, "unexpected-response")]
    public async Task Length_IsNotThatOfTheFirst_IsNamed(int length, string error)
    {
        await using TestServer server = TestServer.Start(Serve.Response(number => new string('x', number == 1 ? 100 : length)));

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 5, 1));

        Assert.Equal(1, report.Counts.Good);
        Assert.Equal(new Dictionary<string, long> { [error] = 4 }, Runs.NonZero(report));
        Assert.Equal(100, report.Server.DocumentBytes);
    }

    [Fact]
    public async Task Length_MayDiffer_IsGood()
    {
        await using TestServer server = TestServer.Start(Serve.Response(number => new string('x', number)));

        Assert.Equal(5, (await Runs.RunAsync(Runs.Of(server.Tcp, 5, 1) with { AnyLength = true })).Counts.Good);
    }

    [Theory]
    [InlineData(9, "unexpected-response")]
    [InlineData(11, "short-response")]
    public async Task ExpectBytes_LengthIsAnother_IsNamed(int expected, string error)
    {
        await using TestServer server = TestServer.Start(Serve.Response("0123456789"));

        Runs.AssertAllFailed(await Runs.RunAsync(Runs.Of(server.Tcp, 5, 2) with { ExpectBytes = expected }), error);
    }

    [Fact]
    public async Task Expect_TextIsNotThere_IsNamedAndNoReferenceForTheOthers()
    {
        await using TestServer server = TestServer.Start(Serve.Response(number => number == 1 ? "the pool is full" : "Hello World!"));

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 5, 1) with { ExpectText = "World" });

        Assert.Equal(4, report.Counts.Good);
        Assert.Equal(new Dictionary<string, long> { ["unexpected-response"] = 1 }, Runs.NonZero(report));
        Assert.Equal("Hello World!".Length, report.Server.DocumentBytes);
    }

    /// <summary>No packet leaves: TCP does not connect to a broadcast address.</summary>
    [Fact]
    public async Task Other_KernelRefusesTheAddress_IsReportedInItsWords()
    {
        RunReport report = await Runs.RunAsync(Runs.Of(TcpTo(new IPEndPoint(IPAddress.Broadcast, 9)), 10, 2));

        Runs.AssertAllFailed(report, "other");
        Assert.Equal(new Dictionary<string, long> { [new Win32Exception(NetworkUnreachable).Message] = 10 }, report.OtherErrors);
    }

    private static Target TcpTo(IPEndPoint endPoint) => new($"tcp://{endPoint}", TargetKind.Tcp, endPoint.Address.ToString(), endPoint.Port, "/", endPoint);
}
