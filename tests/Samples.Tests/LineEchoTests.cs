namespace Samples.Tests;

public sealed class LineEchoTests
{
    private const int MaxLineBytes = 4096;
    private const string Complaint = "line too long\r\n";

    [Fact]
    public async Task Line_InPieces_IsEchoedWhenAllOfItIsThere()
    {
        await using SampleServer server = await SampleServer.StartLineEchoAsync();
        using LineClient client = await LineClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("one\r\nt");
        await client.ExpectAsync("one\r\n");
        await client.SendAsync("wo\n\n\r\nthree\r");
        await client.ExpectAsync("two\r\n\r\n\r\n");
        await client.SendAsync("\n");
        await client.ExpectAsync("three\r\n");
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Line_OfTheMaximumLengthAcrossSegments_IsEchoed(string lineEnd)
    {
        string line = new('x', MaxLineBytes);
        await using SampleServer server = await SampleServer.StartLineEchoAsync();
        using LineClient client = await LineClient.ConnectAsync(server.EndPoint);

        // Kestrel's buffers are of 4096 bytes: the first line moves the second one across two of them.
        await client.SendAsync($"one{lineEnd}{line}{lineEnd}three{lineEnd}");
        await client.ExpectAsync($"one\r\n{line}\r\nthree\r\n");
    }

    [Fact]
    public async Task Line_OfTheMaximumLengthAndItsLineFeedComesLater_IsEchoed()
    {
        string line = new('x', MaxLineBytes);
        await using SampleServer server = await SampleServer.StartLineEchoAsync();
        using LineClient client = await LineClient.ConnectAsync(server.EndPoint);
        await client.SendAsync($"one\n{line}\r");
        await client.ExpectAsync("one\r\n");
        await client.SendAsync("\n");
        await client.ExpectAsync($"{line}\r\n");
    }

    [Theory]
    [InlineData(MaxLineBytes + 1)]
    [InlineData(MaxLineBytes + 2)]
    [InlineData(3_000_000)]
    public async Task Line_TooLong_IsAnsweredOnceAndTheNextIsEchoed(int length)
    {
        await using SampleServer server = await SampleServer.StartLineEchoAsync();
        using LineClient client = await LineClient.ConnectAsync(server.EndPoint);
        await client.SendAsync(new string('x', length) + "\r\nnext\r\n");
        await client.ExpectAsync($"{Complaint}next\r\n");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("last", "last\r\n")]
    [InlineData("first\nlast\r", "first\r\nlast\r\n")]
    public async Task HalfClose_LastLineWithoutItsEnd_IsEchoedThenTheServerCloses(string sent, string echoed)
    {
        await using SampleServer server = await SampleServer.StartLineEchoAsync();
        using LineClient client = await LineClient.ConnectAsync(server.EndPoint);
        await client.SendAsync(sent);
        client.HalfClose();
        await client.ExpectAsync(echoed);
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task HalfClose_LastLineTooLong_IsAnsweredThenTheServerCloses()
    {
        await using SampleServer server = await SampleServer.StartLineEchoAsync();
        using LineClient client = await LineClient.ConnectAsync(server.EndPoint);
        await client.SendAsync(new string('x', 100_000));
        client.HalfClose();
        await client.ExpectAsync(Complaint);
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task Pool_Full_NextConnectionWaitsAndIsThenServed()
    {
        await using SampleServer server = await SampleServer.StartLineEchoAsync(slots: 1);
        using LineClient first = await LineClient.ConnectAsync(server.EndPoint);
        await first.SendAsync("first\n");
        await first.ExpectAsync("first\r\n");
        using LineClient second = await LineClient.ConnectAsync(server.EndPoint);
        await second.SendAsync("second\n");
        Task served = second.ExpectAsync("second\r\n");
        await first.SendAsync("again\n");
        await first.ExpectAsync("again\r\n");
        Assert.False(served.IsCompleted);

        first.Dispose();
        await served;

        // Kestrel logs the end of a connection before its slot is free, and the next one when it has its slot.
        await server.ReadUntilAsync("\" accepted.");
        Assert.Contains(await server.ReadUntilAsync("\" accepted."), static line => line.EndsWith("\" stopped.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Client_Resets_IsAnOutcomeAndNoError()
    {
        await using SampleServer server = await SampleServer.StartLineEchoAsync();
        using LineClient client = await LineClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("one\n");
        await client.ExpectAsync("one\r\n");
        client.Reset();
        Assert.DoesNotContain(await server.ReadUntilAsync(" ended as client_reset"), static line => line.Contains("Unhandled exception", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_IdleClientAndOneThatWaits_BothAreClosedAtOnce()
    {
        await using SampleServer server = await SampleServer.StartLineEchoAsync(slots: 1);
        using LineClient idle = await LineClient.ConnectAsync(server.EndPoint);
        await idle.SendAsync("one\n");
        await idle.ExpectAsync("one\r\n");
        using LineClient waiting = await LineClient.ConnectAsync(server.EndPoint);

        // Kestrel would wait 30 s for them, longer than this test's patience.
        Assert.Equal(0, await server.StopAsync());
        await idle.ExpectEndAsync();
        await waiting.ExpectEndAsync();
    }
}
