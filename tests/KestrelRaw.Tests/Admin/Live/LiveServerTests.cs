using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using KestrelRaw.Admin.Live;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.Admin.Live;

/// <summary>The page's files and its stream, from the real process.</summary>
public sealed class LiveServerTests
{
    private const string Endpoints = """
        { "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Kind": "None" }, "Pool": { "Size": 5, "Name": "s" } },
          "b": { "Url": "tcp://127.0.0.1:0", "Model": "Threads", "Work": { "Delay": "2s" }, "Pool": { "Name": "s", "WhenFull": "Queue" } } }
        """;

    [Fact]
    public async Task Stream_Opened_SaysWhatTheServerIsAndAgreesWithTheMetrics()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin]);
        using HttpClient client = ClientOf(server);
        for (int i = 0; i < 3; i++)
        {
            await TestClient.AskAsync(server.Port("a"));
        }

        using var giveUp = new CancellationTokenSource(Until.Patience);
        LiveServer? seen = null;
        await foreach (SseItem<string> item in ReadAsync(client, giveUp.Token))
        {
            if (item.EventType == "server")
            {
                seen = JsonSerializer.Deserialize(item.Data, LiveJson.Default.LiveServer)!;
            }
            else if (item.EventType == "sample" && Parse(item) is { State: "ready" } sample && sample.Endpoints[0].Finished.GetValueOrDefault("completed") == 3)
            {
                Assert.Equal(3, sample.Endpoints[0].Accepted);
                Assert.Equal(0, sample.Endpoints[0].Active);
                Assert.NotNull(sample.Endpoints[0].P99);
                Assert.Equal([("s", 5, 0, 0), ("s", 5, 0, 0)], sample.Endpoints.Select(endpoint => (endpoint.Pool.Name, (int)endpoint.Pool.Size!, (int)endpoint.Pool.InUse, (int)endpoint.Pool.Queued)));
                break;
            }
        }

        Assert.Equal("open", seen!.Resizing);
        Assert.Equal(
            [
                $"a tcp://127.0.0.1:{server.Port("a")} Async no work Http s StopAccepting",
                $"b tcp://127.0.0.1:{server.Port("b")} Threads 2s delay Http s Queue",
            ],
            seen.Endpoints.Select(endpoint => $"{endpoint.Name} {endpoint.Urls.Single()} {endpoint.Model} {endpoint.Work} {endpoint.Response} {endpoint.Pool} {endpoint.WhenFull}"));
        Assert.Equal(3, ReadMetric(await client.GetStringAsync("metrics", giveUp.Token), "kestrelraw_connections_accepted", "a"));
    }

    [Fact]
    public async Task Stream_UnderLoad_EverySampleAddsUp()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin]);
        using HttpClient client = ClientOf(server);
        await using var load = new SteadyLoad(server.Port("a"), connections: 20);
        using var giveUp = new CancellationTokenSource(Until.Patience);
        int samples = 0;
        await foreach (SseItem<string> item in ReadAsync(client, giveUp.Token))
        {
            if (item.EventType == "sample")
            {
                EndpointSample a = Parse(item).Endpoints[0];
                Assert.Equal(a.Accepted, a.Active + a.Finished.Values.Sum());
                Assert.InRange(a.Pool.InUse, 0, 5);
                samples += a.AcceptedPerSecond > 0 && a.FinishedPerSecond > 0 ? 1 : 0;
            }

            if (samples == 3)
            {
                return;
            }
        }

        Assert.Fail("The stream has ended.");
    }

    [Fact]
    public async Task Stream_SettingsFileChanges_SaysTheServerAnew()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin]);
        using HttpClient client = ClientOf(server);
        using var giveUp = new CancellationTokenSource(Until.Patience);
        int servers = 0;
        await foreach (SseItem<string> item in ReadAsync(client, giveUp.Token))
        {
            if (item.EventType == "server" && ++servers == 2)
            {
                Assert.Contains("3s delay", item.Data, StringComparison.Ordinal);
                return;
            }

            if (item.EventType == "history")
            {
                server.Save(Endpoints.Replace("2s", "3s", StringComparison.Ordinal));
            }
        }

        Assert.Fail("The stream has ended.");
    }

    [Fact]
    public async Task Stream_Open_HasASampleEverySecond()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin]);
        using HttpClient client = ClientOf(server);
        using var giveUp = new CancellationTokenSource(Until.Patience);
        List<long> times = [];
        await foreach (SseItem<string> item in ReadAsync(client, giveUp.Token))
        {
            if (item.EventType == "sample")
            {
                times.Add(Parse(item).Time);
            }

            if (times.Count == 5)
            {
                break;
            }
        }

        Assert.Equal(times.Distinct().Order(), times);
        Assert.InRange(times[^1] - times[0], 2_500, 20_000);
    }

    [Fact]
    public async Task Stream_SeventhOfOneClientAndThirteenthOfAll_IsToldWhyAndComesInWhenAnotherLeaves()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin]);
        using HttpClient client = ClientOf(server);
        using HttpClient second = ClientOf(server, "127.0.0.2");
        using HttpClient third = ClientOf(server, "127.0.0.3");
        List<HttpResponseMessage> open = [];
        foreach (HttpClient reader in new[] { client, second })
        {
            for (int i = 0; i < LiveStream.LimitPerClient; i++)
            {
                open.Add(await GetAsync(reader));
                Assert.Equal(HttpStatusCode.OK, open[^1].StatusCode);
            }

            await AssertRefusedAsync(client, open.Count < LiveStream.Limit ? "6 live pages are open already from 127.0.0.1" : "12 live pages are open");
        }

        await AssertRefusedAsync(third, "12 live pages are open");

        // The server notices that a reader has gone when it next writes to it, so at the others' next event or the one after.
        open[0].Dispose();
        using var giveUp = new CancellationTokenSource(Until.Patience);
        bool isIn = false;
        await foreach (SseItem<string> _ in ReadAsync(open[1], giveUp.Token))
        {
            using HttpResponseMessage next = await GetAsync(client);
            isIn = next.IsSuccessStatusCode;
            if (isIn || giveUp.IsCancellationRequested)
            {
                break;
            }
        }

        Assert.True(isIn);
        open.ForEach(response => response.Dispose());
    }

    [Fact]
    public async Task Stream_ServerDrains_SaysSoAndEndsWithTheServer()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin, "--KestrelRaw:Endpoints:b:Work:Delay=6s", "--Serilog:MinimumLevel:Default=Verbose"]);
        using HttpClient client = ClientOf(server);
        Task<Answer> running = TestClient.AskAsync(server.Port("b"));
        await server.WaitForAsync("sent 18 bytes");
        using var giveUp = new CancellationTokenSource(Until.Patience);
        List<string> states = [];
        await foreach (SseItem<string> item in ReadAsync(client, giveUp.Token))
        {
            if (item.EventType == "history")
            {
                server.Signal(ServerProcess.SigTerm);
            }
            else if (item.EventType == "sample")
            {
                states.Add(Parse(item).State);
            }
        }

        Assert.Contains("draining", states);
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal(96, (await running).Bytes.Length);
    }

    [Fact]
    public async Task Files_AskedTwice_AreKeptByTheBrowser()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin]);
        using HttpClient client = ClientOf(server);
        foreach ((string path, string type) in new[] { ("", "text/html"), ("live.js", "text/javascript"), ("card.js", "text/javascript"), ("live.css", "text/css") })
        {
            using HttpResponseMessage first = await client.GetAsync(path).OrHang();
            Assert.Equal(type, first.Content.Headers.ContentType!.MediaType);
            Assert.Equal("no-cache", first.Headers.CacheControl!.ToString());
            Assert.True(first.Headers.ConnectionClose);
            Assert.StartsWith("default-src 'none'; script-src 'self'", first.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            using var again = new HttpRequestMessage(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(first.Headers.ETag!.ToString()));
            using HttpResponseMessage second = await client.SendAsync(again).OrHang();
            Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        }
    }

    private static HttpClient ClientOf(ServerProcess server, string source = "127.0.0.1") =>
        new(new SocketsHttpHandler { ConnectCallback = (to, cancellationToken) => ConnectAsync(IPAddress.Parse(source), to.DnsEndPoint, cancellationToken) })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{server.AdminPort}/"),
            Timeout = Until.Patience,
        };

    private static async ValueTask<Stream> ConnectAsync(IPAddress source, EndPoint to, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(source, 0));
        await socket.ConnectAsync(to, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task AssertRefusedAsync(HttpClient client, string expected)
    {
        using HttpResponseMessage refused = await GetAsync(client);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains(expected, await refused.Content.ReadAsStringAsync().OrHang(), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter!.Delta);
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient client) => client.GetAsync("api/live", HttpCompletionOption.ResponseHeadersRead).OrHang();

    private static async IAsyncEnumerable<SseItem<string>> ReadAsync(HttpClient client, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await GetAsync(client);
        await foreach (SseItem<string> item in ReadAsync(response, cancellationToken))
        {
            yield return item;
        }
    }

    private static async IAsyncEnumerable<SseItem<string>> ReadAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            yield return item;
        }
    }

    private static LiveSample Parse(SseItem<string> item) => JsonSerializer.Deserialize(item.Data, LiveJson.Default.LiveSample)!;

    private static double ReadMetric(string metrics, string name, string endpoint)
    {
        Match line = Regex.Match(metrics, $$"""^{{name}}(_total)?\{[^}]*kestrelraw_endpoint="{{endpoint}}"[^}]*\} (\S+)""", RegexOptions.Multiline);
        Assert.True(line.Success, metrics);
        return double.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture);
    }
}
