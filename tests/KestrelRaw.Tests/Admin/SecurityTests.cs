using System.Net;
using System.Text;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Tests.Admin;

public sealed class SecurityTests(AdminFixture shared) : IClassFixture<AdminFixture>
{
    private const string Endpoints = """{ "p": { "Url": "tcp://127.0.0.1:0", "Pool": { "Size": 1 } } }""";
    private const string Everywhere = "--KestrelRaw:Admin:Url=http://0.0.0.0:0";
    private const string Token = "s3cret-0f-thE-test";
    private const string Two = """{"size": 2}""";

    [Fact]
    public async Task Put_TokenIsSet_NeedsIt()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            Endpoints, [ServerProcess.WithAdmin, $"--KestrelRaw:Admin:Token={Token}", "--Serilog:MinimumLevel:Default=Verbose", "--Serilog:MinimumLevel:Override:Microsoft=Verbose"]);
        using var admin = new AdminClient(server.AdminPort);
        foreach (string? wrong in new[] { null, "x", Token[..^1], Token + "x", Token.ToUpperInvariant() })
        {
            Reply refused = await admin.ResizeAsync("p", Two, wrong);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.Single().Scheme);
            Assert.DoesNotContain(Token, refused.Body, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(1, (await admin.GetAsync("/api/pools")).Json[0].GetProperty("size").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await admin.ResizeAsync("p", Two, Token)).Status);
        await server.StopAsync();
        Assert.DoesNotContain(Token[..^1], server.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Put_NotOnLoopbackWithoutAToken_IsRefusedWhateverIsShown()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [Everywhere]);
        using var admin = new AdminClient(server.AdminPort);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.ResizeAsync("p", Two)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.ResizeAsync("p", Two, "")).Status);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/pools")).Status);
    }

    [Fact]
    public async Task Put_NotOnLoopbackWithAToken_NeedsIt()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [Everywhere, $"--KestrelRaw:Admin:Token={Token}"]);
        using var admin = new AdminClient(server.AdminPort);
        Assert.Equal(HttpStatusCode.Unauthorized, (await admin.ResizeAsync("p", Two)).Status);
        Assert.Equal(HttpStatusCode.OK, (await admin.ResizeAsync("p", Two, Token)).Status);
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.evil.example:80", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("LOCALHOST:1", HttpStatusCode.OK)]
    [InlineData("10.1.2.3:9464", HttpStatusCode.OK)]
    [InlineData("[::1]:9464", HttpStatusCode.OK)]
    [InlineData("metrics.internal", HttpStatusCode.OK)]
    public async Task Get_ByAName_IsAnsweredOnlyIfItIsOneOfOurs(string host, HttpStatusCode expected)
    {
        foreach (string path in new[] { "/metrics", "/api/pools", "/healthz/ready", "/nothing" })
        {
            Reply reply = await shared.Client.GetAsync(path, host);
            Assert.Equal(path == "/nothing" && expected == HttpStatusCode.OK ? HttpStatusCode.NotFound : expected, reply.Status);
        }
    }

    [Fact]
    public async Task Get_Http10WithoutAHost_IsAnswered()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin]);
        using Functional.TestClient balancer = await Functional.TestClient.ConnectAsync(server.AdminPort);
        await balancer.SendAsync("OPTIONS /healthz/ready HTTP/1.0\r\n\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 200 OK", Encoding.ASCII.GetString((await balancer.ReadToEndAsync()).Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_ToAPageOfAnotherOrigin_CanNotBeReadByIt()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/api/pools/p");
        preflight.Headers.Add("Origin", "http://evil.example");
        preflight.Headers.Add("Access-Control-Request-Method", "PUT");
        Reply asked = await shared.Client.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, asked.Status);
        foreach (Reply reply in new[] { asked, await shared.Client.GetAsync("/api/pools"), await shared.Client.GetAsync("/metrics"), await shared.Client.GetAsync("/nothing"), await shared.Client.GetAsync("/", "evil.example") })
        {
            Assert.DoesNotContain(reply.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
            Assert.Contains("default-src 'none'", Assert.Single(reply.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Fact]
    public async Task Put_FasterThanAPersonChangesPools_IsSlowedDown()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin, $"--KestrelRaw:Admin:Token={Token}"]);
        using var admin = new AdminClient(server.AdminPort);
        Reply[] guesses = await Task.WhenAll(Enumerable.Range(0, 200).Select(guess => admin.ResizeAsync("p", Two, $"guess{guess}")));
        Assert.Contains(guesses, guess => guess.Status == HttpStatusCode.TooManyRequests);
        Assert.All(guesses, guess => Assert.True(guess.Status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/healthz/ready")).Status);
    }

    [Fact]
    public async Task Connections_MoreThanTheSurfaceTakes_LeaveTheEndpointsAlone()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(Endpoints, [ServerProcess.WithAdmin]);
        Functional.TestClient[] idle = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Functional.TestClient.ConnectAsync(server.AdminPort)));
        Assert.Equal(96, (await Functional.TestClient.AskAsync(server.Port("p"))).Bytes.Length);
        foreach (Functional.TestClient client in idle)
        {
            client.Dispose();
        }

        using var admin = new AdminClient(server.AdminPort);
        await Until.TrueAsync(async () => await IsAnsweredAsync(admin));
        Assert.Equal(0, await server.StopAsync());
    }

    private static async Task<bool> IsAnsweredAsync(AdminClient admin)
    {
        try
        {
            return (await admin.GetAsync("/healthz/live")).Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
