using System.Text;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Tests.Admin;

/// <summary>OpenTelemetry's own variables make the server push its metrics, with or without an admin surface.</summary>
public sealed class OtlpTests
{
    private const string Endpoint = """{ "a": { "Url": "tcp://127.0.0.1:0", "Work": { "Kind": "None" } } }""";

    [Theory]
    [InlineData("--KestrelRaw:Admin:Url=")]
    [InlineData(ServerProcess.WithAdmin)]
    public async Task Export_EndpointInTheEnvironment_ReachesTheCollector(string admin)
    {
        await using Collector collector = await Collector.StartAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(
            Endpoint,
            [admin],
            ["env", $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_METRIC_EXPORT_INTERVAL=100"]);
        await Functional.TestClient.AskAsync(server.Port("a"));

        // Strings stand in protobuf as they are.
        string body = await collector.WaitForAsync("kestrelraw.connection.duration");
        foreach (string expected in new[] { "kestrelraw.connections.accepted", "kestrelraw.connections.active", "kestrelraw.connections.finished", "kestrelraw.pool.in_use", "kestrelraw.endpoint", "service.name" })
        {
            Assert.Contains(expected, body, StringComparison.Ordinal);
        }

        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Export_CollectorThatIsNotThere_TroublesNobody()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            Endpoint, prefix: ["env", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_METRIC_EXPORT_INTERVAL=100"]);
        for (int i = 0; i < 10; i++)
        {
            await Functional.TestClient.AskAsync(server.Port("a"));
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.Equal("completed 10", server.Outcomes("a"));
    }

    /// <summary>Takes every POST to /v1/metrics.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly WebApplication _application;
        private readonly System.Threading.Channels.Channel<string> _bodies = System.Threading.Channels.Channel.CreateUnbounded<string>();

        private Collector()
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _application = builder.Build();
            _application.MapPost("/v1/metrics", async (HttpRequest request) =>
            {
                Assert.Equal("application/x-protobuf", request.ContentType);
                using var body = new MemoryStream();
                await request.Body.CopyToAsync(body);
                await _bodies.Writer.WriteAsync(Encoding.Latin1.GetString(body.ToArray()));
            });
        }

        public string Url => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

        public static async Task<Collector> StartAsync()
        {
            var collector = new Collector();
            await collector._application.StartAsync();
            return collector;
        }

        /// <summary>The first request that holds the text.</summary>
        public async Task<string> WaitForAsync(string text)
        {
            using var giveUp = new CancellationTokenSource(Until.Patience);
            while (true)
            {
                string body = await _bodies.Reader.ReadAsync(giveUp.Token);
                if (body.Contains(text, StringComparison.Ordinal))
                {
                    return body;
                }
            }
        }

        public ValueTask DisposeAsync() => _application.DisposeAsync();
    }
}
