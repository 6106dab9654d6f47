namespace Samples.Tests;

public sealed class NameLookupTests
{
    [Fact]
    public async Task Name_Known_IsAnsweredWithItsAddress()
    {
        await using SampleServer server = await SampleServer.StartNameLookupAsync();
        using LineClient client = await LineClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("127.0.0.1\n");
        await client.ExpectAsync("127.0.0.1\n");
        await client.ExpectEndAsync();
        client.HalfClose();
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task Name_NotValid_IsAFailureWithAnAnswer()
    {
        await using SampleServer server = await SampleServer.StartNameLookupAsync();
        using LineClient client = await LineClient.ConnectAsync(server.EndPoint);
        await client.SendAsync(new string('x', 300) + "\n");
        await client.ExpectAsync("no such name\n");
        await client.ExpectEndAsync();
        await server.ReadUntilAsync("the work of connection");
        client.HalfClose();
        Assert.Equal(0, await server.StopAsync());
    }
}
