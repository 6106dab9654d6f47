using System.Net;
using System.Text;
using System.Text.Json;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.Admin;

public sealed class PoolsApiTests(AdminFixture shared) : IClassFixture<AdminFixture>
{
    private const string OnePool = """{ "p": { "Url": "tcp://127.0.0.1:0", "Pool": { "Size": 1 } } }""";

    [Fact]
    public async Task Get_SharedAndUnlimitedPools_ShowsEachOnceWithItsEndpoints() =>
        Assert.Equal(
            """[{"name":"shared","size":1,"inUse":0,"free":1,"queued":0,"perClient":null,"adaptive":null,"endpoints":[{"name":"a","inUse":0,"queued":0,"overloadedSince":null},{"name":"b","inUse":0,"queued":0,"overloadedSince":null}]},"""
            + """{"name":"c","size":null,"inUse":0,"free":null,"queued":0,"perClient":null,"adaptive":null,"endpoints":[{"name":"c","inUse":0,"queued":0,"overloadedSince":null}]}]""",
            (await shared.Client.GetAsync("/api/pools")).Body);

    [Fact]
    public async Task Put_PoolIsFull_LetsInWhoWaits()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            """{ "p": { "Url": "tcp://127.0.0.1:0", "Pool": { "Size": 0 }, "Work": { "Kind": "None" } } }""", [ServerProcess.WithAdmin]);
        using var admin = new AdminClient(server.AdminPort);
        Task<Answer> waiting = TestClient.AskAsync(server.Port("p"));
        Reply reply = await admin.ResizeAsync("P", """{"size": 3}""");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(3, reply.Json.GetProperty("size").GetInt32());
        Assert.Equal(96, (await waiting).Bytes.Length);
        await server.WaitForAsync("Pool p: its size was changed from 0 to 3 by 127.0.0.1");
        Assert.Equal(JsonValueKind.Null, (await admin.ResizeAsync("p", """{"size": null}""")).Json.GetProperty("size").ValueKind);
    }

    [Fact]
    public async Task Put_WithoutAContentType_IsTaken()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(OnePool, [ServerProcess.WithAdmin]);
        (_, string output) = await Tools.RunAsync("curl", $"-s -X PUT -d {{\\\"size\\\":7}} http://127.0.0.1:{server.AdminPort}/api/pools/p");
        Assert.Equal(7, JsonElement.Parse(output).GetProperty("size").GetInt32());
    }

    [Theory]
    [InlineData("""{"size": -1}""", "size", "-1 is not allowed; must be null (unlimited) or a whole number from 0")]
    [InlineData("""{"size": 1.5}""", "size", "1.5 is not allowed")]
    [InlineData("""{"size": 99999999999}""", "size", "99999999999 is not allowed")]
    [InlineData("""{"size": "5"}""", "size", "\"5\" is not allowed")]
    [InlineData("""{}""", "size", "is missing")]
    [InlineData("""{"size": 2, "sise": 3}""", "sise", "unknown key")]
    [InlineData("""{"size": 2, "size": 3}""", "body", "Duplicate property")]
    [InlineData("""[5]""", "body", "[5] is not allowed")]
    [InlineData("""5 apples""", "body", "is not valid JSON")]
    [InlineData("", "body", "is not valid JSON")]
    [InlineData("""{"size": 2, "\ud800": 3}""", "body", "is not valid JSON")]
    public async Task Put_BadBody_NamesKeyAndValueAndChangesNothing(string body, string key, string message)
    {
        Reply reply = await shared.Client.ResizeAsync("shared", body);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(message, reply.Json.GetProperty("errors").GetProperty(key)[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await shared.Client.GetAsync("/api/pools")).Json[0].GetProperty("size").GetInt32());
    }

    [Fact]
    public async Task Put_NoSuchPool_NamesThoseThatThereAre()
    {
        Reply reply = await shared.Client.ResizeAsync("d", """{"size": 1}""");
        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
        Assert.Equal("There is no pool \"d\"; there are shared, c.", reply.Json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Put_BodyBeyondItsBound_IsRefusedUnread()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(OnePool, [ServerProcess.WithAdmin]);
        using var admin = new AdminClient(server.AdminPort);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await admin.ResizeAsync("p", $$"""{"size": {{new string(' ', 2000)}}5}""")).Status);
        using var chunked = new HttpRequestMessage(HttpMethod.Put, "/api/pools/p");
        chunked.Headers.TransferEncodingChunked = true;

        // HttpClient sends so little at once: of more it would find the connection closed before it looks for the answer.
        chunked.Content = new ByteArrayContent(Encoding.ASCII.GetBytes(new string(' ', 3000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await admin.SendAsync(chunked)).Status);
        Assert.DoesNotContain("ERR", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_ThenASaveOfOtherKeys_KeepsTheSize()
    {
        await using ServerProcess server = await ServerProcess.StartAsync(OnePool, [ServerProcess.WithAdmin]);
        using var admin = new AdminClient(server.AdminPort);
        await admin.ResizeAsync("p", """{"size": 9}""");
        server.Save("""{ "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "1ms" }, "Pool": { "Size": 1 } } }""");
        await server.WaitForAsync("p:Work:Delay changed");
        Assert.Equal(9, await ReadSizeAsync());
        server.Save("""{ "p": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "1ms" }, "Pool": { "Size": 2 } } }""");
        await server.WaitForAsync("p:Pool:Size changed from 1 to 2");
        Assert.Equal(2, await ReadSizeAsync());

        async Task<int> ReadSizeAsync() => (await admin.GetAsync("/api/pools")).Json[0].GetProperty("size").GetInt32();
    }
}
