using System.Globalization;
using System.Net;
using System.Net.Sockets;

using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Functional;

/// <summary>Endpoints of every kind, the pool, and shortage.</summary>
public sealed class ListeningTests
{
    [Fact]
    public async Task Endpoint_UnixPath_Answers()
    {
        string path = Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.sock");
        await using ServerProcess server = await ServerProcess.StartAsync($$"""{ "u": { "Url": "unix:{{path}}", "Work": { "Delay": "10ms" } }, "t": { "Url": "unix:{{path}}.t", "Model": "Threads", "Work": { "Delay": "10ms" } } }""");
        foreach (string each in new[] { path, path + ".t" })
        {
            using TestClient client = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(each));
            await client.SendAsync([1]);
            Assert.Equal(96, (await client.ReadToEndAsync()).Bytes.Length);
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 1", server.Outcomes("u"));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Endpoint_Ipv6_Answers()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using ServerProcess server = await ServerProcess.StartAsync("""{ "six": { "Url": "tcp://[::1]:0", "Work": { "Delay": "10ms" } } }""");
        using TestClient client = await TestClient.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, server.Port("six")));
        await client.SendAsync([1]);
        Assert.Equal(96, (await client.ReadToEndAsync()).Bytes.Length);
    }

    [Fact]
    public async Task Endpoint_HostName_ListensOnEachOfItsAddressesWithOnePort()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("""{ "name": { "Url": "tcp://localhost:0", "Work": { "Delay": "10ms" } } }""");
        IPAddress[] addresses = await Dns.GetHostAddressesAsync("localhost");
        foreach (IPAddress address in addresses)
        {
            using TestClient client = await TestClient.ConnectAsync(new IPEndPoint(address, server.Port("name")));
            await client.SendAsync([1]);
            Assert.Equal(96, (await client.ReadToEndAsync()).Bytes.Length);
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.Equal($"completed {addresses.Length}", server.Outcomes("name"));
    }

    [Fact]
    public async Task Pool_SizeZero_AcceptsNothingAndStopsAtOnce()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("""{ "none": { "Url": "tcp://127.0.0.1:0", "Pool": { "Size": 0 } } }""");
        using TestClient client = await TestClient.ConnectAsync(server.Port("none"));
        await client.SendAsync([1]);
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("nothing finished", server.Outcomes("none"));
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task Descriptors_FewerThanClients_EveryoneIsServedWithLittleWorkAndOneLine(string model)
    {
        const int Clients = 1_000;
        Tools.SkipUnlessPresent("prlimit");
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""{ "a": { "Url": "tcp://127.0.0.1:0", "Model": "{{model}}", "Work": { "Delay": "250ms" } } }""", prefix: ["prlimit", "--nofile=256"]);
        long start = TimeProvider.System.GetTimestamp();
        TimeSpan before = server.ProcessorTime;
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => TestClient.AskAsync(server.Port("a")))).WaitAsync(TimeSpan.FromMinutes(1));
        TimeSpan busy = server.ProcessorTime - before;
        Assert.All(answers, answer => Assert.Equal(96, answer.Bytes.Length));
        Assert.InRange(busy / TimeProvider.System.GetElapsedTime(start), 0, 0.3);

        await server.WaitForAsync("accepting rested");
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal($"completed {Clients}", server.Outcomes("a"));
        Assert.Single(server.Output.Split('\n'), line => line.Contains("accepting rested", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Async")]
    [InlineData("Threads")]
    public async Task UnixPath_ClientClosesDuringTheWork_CostsNoProcessorTime(string model)
    {
        string path = Path.Combine(Path.GetTempPath(), $"kr-{Guid.NewGuid():N}.sock");
        await using ServerProcess server = await ServerProcess.StartAsync(
            $$"""{ "u": { "Url": "unix:{{path}}", "Model": "{{model}}", "Work": { "Delay": "3s" } } }""", ["--Serilog:MinimumLevel:Default=Verbose"]);
        using (TestClient client = await TestClient.ConnectAsync(new UnixDomainSocketEndPoint(path)))
        {
            await client.SendAsync([1]);
            await server.WaitForAsync("sent 1 bytes");
        }

        TimeSpan before = server.ProcessorTime;
        await server.WaitForAsync("ended as");
        Assert.InRange(server.ProcessorTime - before, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Descriptors_RuntimeAloneTakesNearlyAll_ServesOneAtATimeAndWarns()
    {
        Tools.SkipUnlessPresent("prlimit");
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "10ms" } } }""", prefix: ["prlimit", "--nofile=192"]);
        await server.WaitForAsync("connections will be served one at a time");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(96, (await TestClient.AskAsync(server.Port("a"))).Bytes.Length);
        }
    }

    [Fact]
    public async Task Threads_FewerThanClients_EveryoneIsServedAndTheDrainEndsWell()
    {
        const int Clients = 300;
        Tools.SkipUnlessPresent("setpriv");
        Tools.SkipUnlessPresent("prlimit");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "The limit holds users only, and it takes root to become one.");

        // A user that nobody else is: the limit counts all that a user runs. The capability lets it read the test's files.
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "t": { "Url": "tcp://127.0.0.1:0", "Model": "Threads", "Work": { "Delay": "250ms" } }, "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "250ms" } } }""",
            prefix: ["setpriv", "--reuid=54321", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "prlimit", "--nproc=100"]);
        await server.WaitForAsync("its pool is unlimited, but of 100 threads (rlimit)");
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 2 * Clients).Select(client => TestClient.AskAsync(server.Port(client % 2 == 0 ? "t" : "a"))))
            .WaitAsync(TimeSpan.FromMinutes(1));
        Assert.All(answers, answer => Assert.Equal(96, answer.Bytes.Length));

        // The signal's handler is a thread too.
        TestClient[] last = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => TestClient.ConnectAsync(server.Port("t"))));
        Task<Answer[]> lastAnswers = Task.WhenAll(last.Select(AskAndCloseAsync));
        Assert.Equal(0, await server.StopAsync());
        Assert.All(await lastAnswers, answer => Assert.Equal(96, answer.Bytes.Length));
        Assert.Equal($"completed {2 * Clients}", server.Outcomes("t"));
        Assert.Equal($"completed {Clients}", server.Outcomes("a"));

        static async Task<Answer> AskAndCloseAsync(TestClient client)
        {
            using (client)
            {
                await client.SendAsync([1]);
                return await client.ReadToEndAsync();
            }
        }
    }

    [Fact]
    public async Task Log_Verbose_HasEachConnectionAndItsBytesEscaped()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Kind": "None" }, "Response": { "Text": "hi" }, "MaxRequestBytes": 8 } }""",
            ["--Serilog:MinimumLevel:Default=Verbose"]);
        using TestClient client = await TestClient.ConnectAsync(server.Port("a"));
        await client.SendAsync("GET /\r\n\e[31m"u8.ToArray());
        client.Socket.Shutdown(SocketShutdown.Send);
        await client.ReadToEndAsync();
        await server.WaitForAsync(@"sent 8 bytes: GET /\r\n\x1b");
        string remote = ((IPEndPoint)client.Socket.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
        await server.WaitForAsync($"from 127.0.0.1:{remote} ended as completed: 12 bytes received, 2 sent");
    }
}
