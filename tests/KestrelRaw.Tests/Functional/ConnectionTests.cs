using System.Diagnostics;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Functional;

/// <summary>One connection, in both models, as a client sees it and as the server counts it.</summary>
public sealed class ConnectionTests
{
    private const int HttpLength = 96;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Connection_Request_IsAnsweredAfterTheDelay(string model)
    {
        await using ServerProcess server = await StartAsync(model);
        Answer answer = await TestClient.AskAsync(server.Port("a"));
        Assert.Equal(HttpLength, answer.Bytes.Length);
        Assert.InRange(answer.FirstByte, Delay, Delay * 10);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 1", server.Outcomes("a"));
    }

    [Theory]
    [InlineData("Async", "Http", "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello World!")]
    [InlineData("Threads", "Http", "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nHello World!")]
    [InlineData("Async", "Article", "http/1.0 200 OK\n                  Hello World! ")]
    [InlineData("Threads", "Article", "http/1.0 200 OK\n                  Hello World! ")]
    [InlineData("Async", "ArticleGevent", "http/1.0 200 OK\n                  Hello World! this is xiaorui.cc !!!GET index.html HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nServer: xiaorui.cc\n")]
    [InlineData("Threads", "ArticleGevent", "http/1.0 200 OK\n                  Hello World! this is xiaorui.cc !!!GET index.html HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nServer: xiaorui.cc\n")]
    public async Task Connection_Preset_IsByteExactOnTheWire(string model, string preset, string expected)
    {
        await using ServerProcess server = await StartAsync(model, $$""", "Response": { "Preset": "{{preset}}" }, "Work": { "Delay": "1ms" }""");
        Assert.Equal(expected, System.Text.Encoding.ASCII.GetString((await TestClient.AskAsync(server.Port("a"))).Bytes));
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Connection_LargeFile_ArrivesWholeAtASlowReader(string model)
    {
        byte[] content = new byte[8 * 1024 * 1024];
        new Random(7).NextBytes(content);
        string path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, content);
        await using ServerProcess server = await StartAsync(model, $$""", "Response": { "File": "{{path}}" }, "Work": { "Kind": "None" }""");
        File.Delete(path);
        using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        client.Socket.ReceiveBufferSize = 64 * 1024;
        await client.SendAsync([1]);
        Assert.Equal(content, (await client.ReadToEndAsync()).Bytes);
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Connection_ClientHalfClosesFirst_IsStillAnswered(string model)
    {
        await using ServerProcess server = await StartAsync(model);
        using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        await client.SendAsync([1]);
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(HttpLength, (await client.ReadToEndAsync()).Bytes.Length);
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Connection_OneMegabyteBeforeReading_GetsAllAndAFin100TimesOf100(string model)
    {
        await using ServerProcess server = await StartAsync(model);
        byte[] request = new byte[1_000_000];
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
            await client.SendAsync(request);
            return await client.ReadToEndAsync();
        }));
        Assert.All(answers, answer => Assert.Equal(HttpLength, answer.Bytes.Length));
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 100", server.Outcomes("a"));
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Connection_ResetDuringTheWork_EndsItAtOnce(string model)
    {
        await using ServerProcess server = await StartAsync(model, """, "Work": { "Delay": "1m" }, "Pool": { "Size": 1 }""");
        TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        await client.SendAsync([1]);
        await server.WaitForAsync("sent 1 bytes");
        client.Reset();
        await server.WaitForAsync("ended as client_reset: 1 bytes received, 0 sent");
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("client_reset 1", server.Outcomes("a"));
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Connection_UrgentDataDuringTheWork_ChangesNothing(string model)
    {
        await using ServerProcess server = await StartAsync(model);
        using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        await client.SendAsync([1]);
        await server.WaitForAsync("sent 1 bytes");
        client.Socket.Send([2], SocketFlags.OutOfBand);
        Answer answer = await client.ReadToEndAsync();
        Assert.Equal(HttpLength, answer.Bytes.Length);
        Assert.True(answer.FirstByte >= Delay);
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Connection_FinBeforeAnyByte_IsClientClosed(string model)
    {
        await using ServerProcess server = await StartAsync(model);
        using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        client.Socket.Shutdown(SocketShutdown.Send);
        Assert.Empty((await client.ReadToEndAsync()).Bytes);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("client_closed 1", server.Outcomes("a"));
    }

    [Theory]
    [InlineData("Async", "FirstByte", false, "first_byte_timeout 1")]
    [InlineData("Threads", "FirstByte", false, "first_byte_timeout 1")]
    [InlineData("Async", "Work", true, "work_timeout 1")]
    [InlineData("Threads", "Work", true, "work_timeout 1")]
    public async Task Connection_PhaseTakesTooLong_EndsCleanlyWithItsOutcome(string model, string phase, bool sends, string outcome)
    {
        await using ServerProcess server = await StartAsync(model, $$""", "Work": { "Delay": "1m" }, "Timeouts": { "{{phase}}": "200ms" }""");
        using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        if (sends)
        {
            await client.SendAsync([1]);
        }

        Answer answer = await client.ReadToEndAsync();
        Assert.Empty(answer.Bytes);
        Assert.InRange(answer.End, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(outcome, server.Outcomes("a"));
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Connection_ClientDoesNotRead_IsSendTimeoutAndReset(string model)
    {
        string path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, new byte[64 * 1024 * 1024]);
        await using ServerProcess server = await StartAsync(model, $$""", "Response": { "File": "{{path}}" }, "Work": { "Kind": "None" }, "Timeouts": { "Send": "300ms" }""");
        File.Delete(path);
        using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        await client.SendAsync([1]);
        await server.WaitForAsync("ended as send_timeout");
        await Assert.ThrowsAsync<SocketException>(client.ReadToEndAsync);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("send_timeout 1", server.Outcomes("a"));
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Connection_ClientNeverCloses_IsClosedAfterTheLinger(string model)
    {
        await using ServerProcess server = await StartAsync(model, """, "Work": { "Kind": "None" }, "Timeouts": { "Linger": "300ms" }""");
        using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        await client.SendAsync([1]);
        await client.ReadToEndAsync();
        long start = Stopwatch.GetTimestamp();
        await server.WaitForAsync("ended as completed");
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Connection_ManyAtOnce_NoneIsAnsweredEarly(string model)
    {
        const int Clients = 500;
        await using ServerProcess server = await StartAsync(model);
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => TestClient.AskAsync(server.Port("a")))).OrHang();
        Assert.All(answers, answer => Assert.True(answer.FirstByte >= Delay, $"{answer.FirstByte} is early"));
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal($"completed {Clients}", server.Outcomes("a"));
    }

    /// <summary>Logs each connection's end and each request.</summary>
    private static Task<ServerProcess> StartAsync(string model, string more = "") => ServerProcess.StartAsync(
        $$"""{ "a": { "Url": "tcp://127.0.0.1:0", "Model": "{{model}}"{{more}} } }""", ["--Serilog:MinimumLevel:Default=Verbose"]);
}
