using System.Net;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.Systemd;

/// <summary>Which socket goes to which endpoint, and what is wrong at start.</summary>
public sealed class SocketActivationTests
{
    private const string Quick = """ "Work": { "Delay": "10ms" } """;

    [Fact]
    public async Task Start_SocketOfTheEndpointsName_IsTakenWhateverTheUrlSays()
    {
        using var holder = new SocketHolder(SocketHolder.ListenOnLoopback());
        await using ServerProcess server = await holder.StartServerAsync("A", $$"""{ "b": { "Url": "tcp://127.0.0.1:0", {{Quick}} }, "a": { "Url": "tcp://127.0.0.1:1", {{Quick}} } }""");
        Assert.Equal(holder.Port, server.Port("a"));
        Assert.Contains("passed to this process; the endpoint's own Url (tcp://127.0.0.1:1)", server.Output, StringComparison.Ordinal);
        Assert.Equal(96, (await TestClient.AskAsync(holder.Port)).Bytes.Length);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(("completed 1", "nothing finished"), (server.Outcomes("a"), server.Outcomes("b")));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Start_SocketAtTheEndpointsUrl_IsTakenWithoutAName(string host)
    {
        using var holder = new SocketHolder(SocketHolder.ListenOnLoopback());
        await using ServerProcess server = await holder.StartServerAsync(null, $$"""{ "a": { "Url": "tcp://{{host}}:{{holder.Port}}", {{Quick}} }, "b": { "Url": "tcp://127.0.0.1:0" } }""");
        Assert.Equal(96, (await TestClient.AskAsync(holder.Port)).Bytes.Length);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 1", server.Outcomes("a"));
    }

    [Fact]
    public async Task Start_TwoSocketsOfOneName_ServesBoth()
    {
        using Socket other = SocketHolder.ListenOnLoopback();
        using var holder = new SocketHolder(SocketHolder.ListenOnLoopback(), other);
        await using ServerProcess server = await holder.StartServerAsync("a:a", $$"""{ "a": { "Url": "tcp://127.0.0.1:1", {{Quick}} } }""");
        Assert.Equal(96, (await TestClient.AskAsync(holder.Port)).Bytes.Length);
        Assert.Equal(96, (await TestClient.AskAsync(((IPEndPoint)other.LocalEndPoint!).Port)).Bytes.Length);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 2", server.Outcomes("a"));
    }

    [Fact]
    public async Task Start_UnixSocket_ServesAndItsPathStays()
    {
        string path = Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.sock");
        var address = new UnixDomainSocketEndPoint(path);
        using var holder = new SocketHolder(SocketHolder.Listen(address));
        for (int i = 0; i < 2; i++)
        {
            await using ServerProcess server = await holder.StartServerAsync(null, $$"""{ "u": { "Url": "unix:{{path}}", {{Quick}} } }""");
            using TestClient client = await TestClient.ConnectAsync(address);
            await client.SendAsync([1]);
            Assert.Equal(96, (await client.ReadToEndAsync()).Bytes.Length);
            Assert.Equal(0, await server.StopAsync());
            Assert.True(File.Exists(path));
        }
    }

    [Fact]
    public async Task Start_SocketsOfNobody_AreAllNamedTogetherWithTheOtherFaults()
    {
        using var taken = SocketHolder.ListenOnLoopback();
        using var datagrams = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var holder = new SocketHolder(SocketHolder.ListenOnLoopback(), datagrams, SocketHolder.ListenOnLoopback());
        (int exitCode, string output) = await holder.RunServerAsync("web:log:admin", $$"""{ "a": { "Url": "tcp://127.0.0.1:{{((IPEndPoint)taken.LocalEndPoint!).Port}}" } }""");
        Assert.Equal(2, exitCode);
        Assert.Contains("4 faults", output, StringComparison.Ordinal);
        Assert.Contains($"descriptor 3 (web, tcp://127.0.0.1:{holder.Port}): this socket was passed to the server, but no endpoint has its name or its address", output, StringComparison.Ordinal);
        Assert.Contains("descriptor 4 (log): this was passed as a listening socket", output, StringComparison.Ordinal);
        Assert.Contains("descriptor 5 (admin, tcp://127.0.0.1:", output, StringComparison.Ordinal);
        Assert.Contains("the admin surface opens its own socket", output, StringComparison.Ordinal);
        Assert.Contains("KestrelRaw:Endpoints:a:Url: can't listen on", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DescriptorIsNotOpenOrNoSocket_IsAFaultAndNothingBreaks()
    {
        Tools.SkipUnlessPresent("bash");
        (int exitCode, string output) = await ServerProcess.RunAsync(
            """{ "a": { "Url": "tcp://127.0.0.1:0" } }""", [], ["bash", "-c", "export LISTEN_PID=$$ LISTEN_FDS=2; exec \"$@\" 3</dev/null 4<&-", "bash"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("descriptor 3 (unknown): this was passed as a listening socket", output, StringComparison.Ordinal);
        Assert.Contains("descriptor 4 (unknown", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SystemdSocketActivate_FirstClient_StartsTheServerAndIsAnswered()
    {
        Tools.SkipUnlessPresent("systemd-socket-activate");
        string path = Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.sock");
        Task<ServerProcess> starting = ServerProcess.StartAsync(
            $$"""{ "u": { "Url": "tcp://127.0.0.1:1", {{Quick}} } }""", prefix: ["systemd-socket-activate", "--listen=" + path, "--fdname=u", .. PassEnvironment("DOTNET_ROOT")]);
        await ListensAsync(path);
        using TestClient client = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await client.SendAsync([1]);
        Assert.Equal(96, (await client.ReadToEndAsync()).Bytes.Length);
        await using ServerProcess server = await starting;
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 1", server.Outcomes("u"));
        File.Delete(path);
    }

    private static IEnumerable<string> PassEnvironment(string name) => Environment.GetEnvironmentVariable(name) is null ? [] : [$"--setenv={name}"];

    /// <summary>The path is there from bind on, and clients are refused until listen.</summary>
    private static async Task ListensAsync(string path)
    {
        using var giveUp = new CancellationTokenSource(Until.Patience);
        while (!File.Exists(path) || !(await Tools.RunAsync("ss", $"-Hlx src {path}")).Output.Contains(path, StringComparison.Ordinal))
        {
            giveUp.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
