using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Functional;

public sealed class ShutdownTests
{
    [Theory]
    [InlineData("Async", ServerProcess.SigTerm)]
    [InlineData("Threads", ServerProcess.SigTerm)]
    [InlineData("Async", ServerProcess.SigInt)]
    public async Task Signal_PoolFullAndBacklogFilled_EveryoneIsAnsweredAndNewOnesAreRefused(string model, int signal)
    {
        const int Slots = 200;
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Model": "{{model}}", "Pool": { "Size": {{Slots}} }, "Work": { "Delay": "1s" } } }""",
            ["--Serilog:MinimumLevel:Default=Verbose"]);
        int port = server.Port("p");
        TestClient[] clients = await Task.WhenAll(Enumerable.Range(0, 2 * Slots).Select(_ => TestClient.ConnectAsync(port)));
        await Task.WhenAll(clients.Select(client => client.SendAsync([1])));
        await server.WaitForAsync("sent 1 bytes");
        server.Signal(signal);
        await RefusedAsync(port);

        Answer[] answers = await Task.WhenAll(clients.Select(client => client.ReadToEndAsync()));
        Assert.All(answers, answer => Assert.Equal(96, answer.Bytes.Length));
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal($"completed {2 * Slots}", server.Outcomes("p"));
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Signal_WorkOutlastsTheDeadline_IsAbortedAndTheServerStillEndsWithZero(string model)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Model": "{{model}}", "Pool": { "Size": 1 }, "Work": { "Delay": "50s" } } }""",
            ["--Serilog:MinimumLevel:Default=Verbose", "--KestrelRaw:ShutdownTimeout=1s"]);
        using TestClient running = await TestClient.ConnectAsync(server.Port("p"));
        await running.SendAsync([1]);
        await server.WaitForAsync("sent 1 bytes");
        using TestClient waiting = await TestClient.ConnectAsync(server.Port("p"));
        await waiting.SendAsync([1]);

        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, await server.StopAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(900), TimeSpan.FromSeconds(8));
        Assert.Equal("aborted 2", server.Outcomes("p"));
        await Assert.ThrowsAsync<SocketException>(running.ReadToEndAsync);
    }

    [Fact]
    public async Task Signal_ClientHalfClosedBefore_IsAbortedToo()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "50s" } } }""",
            ["--Serilog:MinimumLevel:Default=Verbose", "--KestrelRaw:ShutdownTimeout=300ms"]);
        using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        await client.SendAsync([1]);
        client.Socket.Shutdown(SocketShutdown.Send);
        await server.WaitForAsync("sent 1 bytes");
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("aborted 1", server.Outcomes("a"));
    }

    [Fact]
    public async Task Signal_NobodyConnected_EndsAtOnce()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("""{ "a": { "Url": "tcp://127.0.0.1:0" }, "b": { "Url": "tcp://127.0.0.1:0", "Model": "Threads", "Pool": { "Size": 1 } } }""");
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, await server.StopAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    /// <summary>Waits until the server's listening socket is closed, without connecting: then a client is refused.</summary>
    private static async Task RefusedAsync(int port)
    {
        using var giveUp = new CancellationTokenSource(Until.Patience);
        while (!CanBind(port))
        {
            giveUp.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => TestClient.ConnectAsync(port));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    private static bool CanBind(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
