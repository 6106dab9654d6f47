using System.Diagnostics;
using System.Globalization;
using System.Text;

using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Functional;

/// <summary>Saving appsettings.json while the server runs, and what it says of the limits of the system.</summary>
public sealed class LiveChangeTests
{
    private const double Late = 3;

    [Theory]
    [InlineData("StopAccepting")]
    [InlineData("Queue")]
    public async Task Resize_ThroughTheFileUnderLoad_TakesEffectAtOnceAndShrinkingKillsNobody(string whenFull)
    {
        string Endpoints(int size) => $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "4s" }, "Pool": { "Size": {{size}}, "WhenFull": "{{whenFull}}" } } }""";
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints(2), ["--Serilog:MinimumLevel:Default=Verbose"]);
        int port = server.Port("p");
        Task<Answer>[] asking = [.. Enumerable.Range(0, 54).Select(_ => TestClient.AskAsync(port))];
        await server.WaitForAsync("sent 18 bytes", times: 2);
        long saved = Stopwatch.GetTimestamp();
        server.Save(Endpoints(50));
        await server.WaitForAsync("sent 18 bytes", times: 50);
        TimeSpan took = Stopwatch.GetElapsedTime(saved);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(3));

        server.Save(Endpoints(2));
        await server.WaitForAsync("KestrelRaw:Endpoints:p:Pool:Size changed from 50 to 2");
        Answer[] answers = await Task.WhenAll(asking);
        Assert.All(answers, answer => Assert.Equal(96, answer.Bytes.Length));

        // 2 from the start, 48 with them or a little later; the last four two by two, after the surplus has drained.
        double[] times = [.. answers.Select(answer => answer.FirstByte.TotalSeconds).Order()];
        Assert.InRange(times[49], 4, 7.5);
        Assert.InRange(times[50], times[49] + 3, times[49] + 7);
        Assert.InRange(times[53], times[51] + 3, times[51] + 7);
    }

    [Fact]
    public async Task Save_WithFaults_NamesThemAllAndKeepsTheSettings()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("""{ "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "10ms" }, "Pool": { "Size": 1 } } }""");
        server.Save("""{ "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "fast" }, "Pool": { "Size": -1, "WhenFull": "Explode" } } }""");
        await server.WaitForAsync("3 faults");
        foreach (string key in new[] { "Pool:Size: \"-1\"", "Pool:WhenFull: \"Explode\"", "Work:Delay: \"fast\"" })
        {
            await server.WaitForAsync(key);
        }

        Assert.Equal(96, (await TestClient.AskAsync(server.Port("p"))).Bytes.Length);
        server.Save("{ \"p\": {");
        await server.WaitForAsync("1 faults");
        Assert.Equal(96, (await TestClient.AskAsync(server.Port("p"))).Bytes.Length);
        server.Save("""{ "p": { "Url": "tcp://127.0.0.1:0", "Backlog": 5, "Work": { "Delay": "1500ms" }, "Pool": { "Size": 1 } } }""");
        await server.WaitForAsync("p:Work:Delay changed from 10ms to 1500ms");
        await server.WaitForAsync("p:Backlog changed from 4096 to 5: this takes effect at the next start");
        Assert.InRange((await TestClient.AskAsync(server.Port("p"))).FirstByte.TotalSeconds, 1.5, 1.5 + Late);
    }

    [Fact]
    public async Task Save_EachLiveSettingOfAPool_TakesEffect()
    {
        string Endpoints(string pool) => $$"""{ "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "10s" }, "Pool": {{pool}} } }""";
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints("""{ "Size": 1 }"""), ["--Serilog:MinimumLevel:Default=Verbose"]);
        int port = server.Port("p");
        Task<Answer> running = TestClient.AskAsync(port);
        await server.WaitForAsync("sent 18 bytes");
        Task<Answer> inTheKernel = TestClient.AskAsync(port);

        server.Save(Endpoints("""{ "Size": 1, "WhenFull": "Reject", "RejectResponse": "no" }"""));
        Assert.Equal("no", Encoding.ASCII.GetString((await inTheKernel).Bytes));

        server.Save(Endpoints("""{ "Size": 1, "WhenFull": "Queue", "QueueTimeout": "1h" }"""));
        await server.WaitForAsync("WhenFull changed from Reject to Queue");
        Task<Answer> queued = TestClient.AskAsync(port);
        using (TestClient probe = await TestClient.ConnectAsync(port))
        {
        }

        await server.WaitForAsync("ended as client_closed");
        server.Save(Endpoints("""{ "Size": 1, "WhenFull": "Queue", "QueueTimeout": "1ms", "RejectResponse": "late" }"""));
        Assert.Equal("late", Encoding.ASCII.GetString((await queued).Bytes));

        server.Save(Endpoints("""{ "Size": 9, "PerClient": 1, "WhenFull": "Queue", "QueueLimit": 0 }"""));
        await server.WaitForAsync("QueueLimit changed from 10000 to 0");
        Assert.Empty((await TestClient.AskAsync(port)).Bytes);
        Task<Answer> other = TestClient.AskAsync(port, "127.0.0.9");
        await server.WaitForAsync("sent 18 bytes", times: 2);
        Assert.False(running.IsCompleted);
        Assert.Equal(96, (await running).Bytes.Length);
        Assert.Equal(96, (await other).Bytes.Length);
    }

    [Fact]
    public async Task Save_EndpointThatStatesASharedPoolsSizeLeaves_TheSizeStands()
    {
        string Endpoints(string a, int sizeOfB) => $$"""
            { "a": { "Url": "tcp://127.0.0.1:0", {{a}} "Pool": { "Name": "s", "Size": 1 } },
              "b": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "1s" }, "Pool": { "Name": "s" } },
              "c": { "Url": "tcp://127.0.0.1:0", "Pool": { "Size": {{sizeOfB}} } } }
            """;
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints("", 5));
        server.Save(Endpoints("\"Enabled\": false,", 6));
        await server.WaitForAsync("a:Enabled changed from true to False: this takes effect at the next start");
        await server.WaitForAsync("c:Pool:Size changed from 5 to 6");
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => TestClient.AskAsync(server.Port("b"))));
        Assert.True(answers.Max(answer => answer.FirstByte.TotalSeconds) >= 3);
    }

    [Fact]
    public async Task Save_PoolNameAndSizeChange_AreBothForTheNextStart()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("""{ "a": { "Url": "tcp://127.0.0.1:0", "Pool": { "Name": "s", "Size": 1 } } }""");
        server.Save("""{ "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "700ms" }, "Pool": { "Name": "t", "Size": 7 } } }""");
        await server.WaitForAsync("a:Pool:Name changed from s to t: this takes effect at the next start");
        await server.WaitForAsync("a:Pool:Size changed from 1 to 7: this takes effect at the next start");
        await server.WaitForAsync("a:Work:Delay changed from 00:00:00.500 to 700ms");
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => TestClient.AskAsync(server.Port("a"))));
        Assert.True(answers.Max(answer => answer.FirstByte.TotalSeconds) >= 1.4);
    }

    [Fact]
    public async Task Save_FileGone_KeepsTheSettingsAndSaysSo()
    {
        const string Endpoints = """{ "a": { "Url": "tcp://127.0.0.1:0", "Pool": { "Size": 1 } } }""";
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints);
        server.DeleteSettings();
        await server.WaitForAsync("there is no enabled endpoint");
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => TestClient.AskAsync(server.Port("a"))));
        Assert.True(answers.Max(answer => answer.FirstByte.TotalSeconds) >= 1);
        Assert.DoesNotContain("changed from", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SizeBeyondTheDescriptors_WarnsWithBothNumbers()
    {
        Tools.SkipUnlessPresent("prlimit");
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "p": { "Url": "tcp://127.0.0.1:0", "Pool": { "Size": 5000 } } }""", prefix: ["prlimit", "--nofile=1000"]);
        await server.WaitForAsync("Pool p: its size is 5000, but the limit of 1000 file descriptors");
        server.Save("""{ "p": { "Url": "tcp://127.0.0.1:0", "Pool": { "Size": 3000 } } }""");
        await server.WaitForAsync("Pool p: its size is 3000, but the limit of 1000 file descriptors");
    }

    [Fact]
    public async Task Start_BacklogBeyondSomaxconn_WarnsWithBothNumbers()
    {
        int cap = int.Parse(await File.ReadAllTextAsync("/proc/sys/net/core/somaxconn"), CultureInfo.InvariantCulture);
        Assert.SkipUnless(cap < 65535, "This system caps no backlog that can be asked for.");
        await using ServerProcess server = await ServerProcess.StartAsync("""{ "p": { "Url": "tcp://127.0.0.1:0", "Backlog": 65535 } }""");
        await server.WaitForAsync($"a backlog of 65535 was asked for, net.core.somaxconn caps it at {cap}");
    }
}
