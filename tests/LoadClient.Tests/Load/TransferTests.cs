using System.Net;
using System.Net.Sockets;
using System.Text;
using LoadClient.Reporting;

namespace LoadClient.Tests.Load;

/// <summary>Requests and responses that come in pieces, in both directions at once, or without an end.</summary>
[Collection(nameof(RunsAlone))]
public sealed class TransferTests
{
    private const int Megabyte = 1_000_000;

    [Fact]
    public async Task Response_FiveMegabytes_IsReadWholeWhileOthersAreServed()
    {
        const int Large = 5 * Megabyte;
        byte[] small = new byte[10];
        byte[] large = new byte[Large];
        await using TestServer server = TestServer.Start(async connection =>
        {
            await connection.ReceiveRequestAsync();
            await connection.SendAsync(connection.Number % 10 == 0 ? large : small);
            await connection.EndAsync();
        });

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 100, 10) with { AnyLength = true });

        Assert.Equal(100, report.Counts.Good);
        Assert.Equal((10L * Large) + (90 * small.Length), report.Bytes.Received);
    }

    [Fact]
    public async Task Request_ThreeMegabytes_IsSentWhole()
    {
        const int Large = 3 * Megabyte;
        await using TestServer server = TestServer.Start(async connection =>
        {
            long received = await connection.ReceiveAsync(Large);
            await connection.SendAsync(Encoding.ASCII.GetBytes($"{received}"));
            await connection.EndAsync();
        });

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 12, 4) with { Request = new byte[Large], ExpectText = $"{Large}" });

        Assert.Equal(12, report.Counts.Good);
        Assert.Equal(12L * Large, report.Bytes.Sent);
    }

    /// <summary>
    /// So much is there at once that the loop turns to its other connections before all is read: a second connection holds
    /// the loop until the kernel, which has learned to keep megabytes from the first part, has the second part.
    /// </summary>
    [Fact]
    public async Task Request_MegabytesComeBeforeItsEnd_IsStillSentWhole()
    {
        const int Request = 8 * Megabyte;
        byte[] firstPart = new byte[64 * Megabyte];
        byte[] secondPart = new byte[2 * Megabyte];
        var isLearned = new TaskCompletionSource();
        var isHeld = new TaskCompletionSource();
        using var isThere = new ManualResetEventSlim();
        await using TestServer server = TestServer.Start(async connection =>
        {
            await connection.ReceiveAsync(1);
            if (connection.Number == 1)
            {
                await connection.SendAsync(firstPart);
                isLearned.SetResult();
                await isHeld.Task;
                await connection.SendAsync(secondPart);
                isThere.Set();
            }
            else
            {
                await isLearned.Task;
            }

            await connection.SendAsync(new byte[1]);
            await connection.ReceiveAsync(connection.Number == 1 ? Request - 1 : 0);
            await connection.EndAsync();
        });
        int recorded = 0;

        RunReport report = await Runs.RunAsync(
            Runs.Of(server.Tcp, 2, 2) with { Request = new byte[Request], AnyLength = true },
            createRecorder: () => new CallingRecorder(_ =>
            {
                if (Interlocked.Increment(ref recorded) == 1)
                {
                    isHeld.SetResult();

                    // A kernel that keeps less makes the test weaker, but not fail.
                    isThere.Wait(TimeSpan.FromSeconds(2));
                }
            }));

        Assert.Equal(2, report.Counts.Good);
        Assert.Equal(firstPart.Length + secondPart.Length + 2, report.Bytes.Received);
    }

    [Fact]
    public async Task Response_HasNoEnd_KeepsNobodyElseAndEndsAsReadTimeout()
    {
        byte[] piece = new byte[Megabyte];
        await using TestServer server = TestServer.Start(async connection =>
        {
            await connection.ReceiveRequestAsync();
            while (connection.Number == 1)
            {
                await connection.SendAsync(piece);
            }

            await connection.SendAsync(piece.AsMemory(0, 10));
            await connection.EndAsync();
        });

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 40, 4) with { Timeout = TimeSpan.FromSeconds(3) });

        Assert.Equal(39, report.Counts.Good);
        Assert.Equal(new Dictionary<string, long> { ["read-timeout"] = 1 }, Runs.NonZero(report));
        Assert.True(report.Bytes.Received > Megabyte);
    }

    /// <summary>What is not read by the server at its close makes a RST, which may only not come before the FIN.</summary>
    [Fact]
    public async Task Request_ServerAnswersAndEndsBeforeItIsRead_IsGood()
    {
        await using TestServer server = TestServer.Start(async connection =>
        {
            await connection.ReceiveAsync(1);
            await connection.SendAsync(Encoding.ASCII.GetBytes(Serve.Http));
            await connection.EndAsync();
        });

        RunReport report = await Runs.RunAsync(Runs.Of(server.Http, 20, 4) with { Request = new byte[3 * Megabyte] });

        Assert.Equal(20, report.Counts.Good);
        Assert.InRange(report.Bytes.Sent, 20, 20L * 3 * Megabyte);
    }

    [Fact]
    public async Task Response_FinComesLater_IsGoodOnlyThen()
    {
        var delay = TimeSpan.FromMilliseconds(300);
        await using TestServer server = TestServer.Start(async connection =>
        {
            await connection.ReceiveRequestAsync();
            await connection.SendAsync(Encoding.ASCII.GetBytes(Serve.Http));

            // How late the FIN comes is what the latencies must show.
            await Task.Delay(delay);
            await connection.EndAsync();
        });

        RunReport report = await Runs.RunAsync(Runs.Of(server.Http, 8, 4));

        // The half: the server's timer has a coarser clock.
        Assert.Equal(8, report.Counts.Good);
        Assert.True(report.Latencies.Total.Min >= delay.TotalMilliseconds / 2);
        Assert.True(report.Latencies.Waiting.Min < report.Latencies.Processing.Min);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Response_ByteByByte_IsReadAndItsTextFound(bool isHttp)
    {
        await using TestServer server = TestServer.Start(async connection =>
        {
            await connection.ReceiveRequestAsync();
            await connection.SendSlowlyAsync(Encoding.ASCII.GetBytes(Serve.Http));
            await connection.EndAsync();
        });

        RunReport report = await Runs.RunAsync(Runs.Of(isHttp ? server.Http : server.Tcp, 20, 5) with { ExpectText = "lo World" });

        Assert.Equal(20, report.Counts.Good);
        Assert.Equal(isHttp ? 12 : Serve.Http.Length, report.Server.DocumentBytes);
        Assert.Equal(isHttp ? "test/1" : "", report.Server.Software);
    }

    [Fact]
    public async Task Sources_Several_AreUsedInTurn()
    {
        await using TestServer server = TestServer.Start(Serve.Response(Serve.Http));
        IPAddress[] sources = [IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3")];

        RunReport report = await Runs.RunAsync(Runs.Of(server.Tcp, 4, 1) with { Sources = sources });

        Assert.Equal(4, report.Counts.Good);
        Assert.Equal([sources[0], sources[1], sources[0], sources[1]], server.Clients);
    }

    [Fact]
    public async Task Target_Ipv6_WithSource_IsReached()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using TestServer server = TestServer.Start(Serve.Response(Serve.Http), address: IPAddress.IPv6Loopback);

        RunReport report = await Runs.RunAsync(Runs.Of(server.Http, 10, 2) with { Sources = [IPAddress.IPv6Loopback] });

        Assert.Equal(10, report.Counts.Good);
    }
}
