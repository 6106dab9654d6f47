using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Loops;
using KestrelRaw.Connections.Timeouts;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KestrelRaw.Connections.Tests.Loops;

public sealed class EpollTransportTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task LoopCount_LessThanOne_IsRefusedByItsName(int count)
    {
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => LoopServer.StartAsync(_ => Task.CompletedTask, count));
        Assert.Equal("LoopCount must be at least 1.", refused.Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void LoopCount_OneOrTheDefault_IsTaken(int? count)
    {
        using ServiceProvider services = new ServiceCollection().AddConnectionListener(epoll => epoll.LoopCount = count).BuildServiceProvider();
        Assert.Equal(count, services.GetRequiredService<IOptions<EpollTransportOptions>>().Value.LoopCount);
    }

    [Theory]
    [InlineData(1, ConnectionDispatch.Inline)]
    [InlineData(4, ConnectionDispatch.Inline)]
    [InlineData(4, ConnectionDispatch.ThreadPool)]
    public async Task Loops_ThousandsOfConnections_AreServedAndCountedEach(int loops, ConnectionDispatch dispatch)
    {
        const int Connections = 4_000;
        const int Clients = 50;
        var threads = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        await using LoopServer server = await LoopServer.StartAsync(
            async connection =>
            {
                ReadResult result = await connection.Transport.Input.ReadAsync();

                // What is there at accept is read where it was accepted; a wait ends on the connection's own loop.
                await connection.Features.Get<IConnectionDelayFeature>()!.DelayAsync(TimeSpan.FromMilliseconds(1));
                threads.AddOrUpdate(Thread.CurrentThread.Name ?? "", 1, static (_, count) => count + 1);
                await connection.Transport.Output.WriteAsync(result.Buffer.First);
                connection.Transport.Input.AdvanceTo(result.Buffer.End);
            },
            loops,
            options => options.Dispatch = dispatch);
        int left = Connections;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            byte[] buffer = new byte[8];
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using Socket socket = server.Connect($"127.0.0.{1 + (client % 8)}");
                await socket.SendAsync(new byte[] { (byte)client });
                Assert.Equal(1, await socket.ReceiveAsync(buffer).OrHang());
                Assert.Equal(client, buffer[0]);
                Assert.Equal(0, await socket.ReceiveAsync(buffer).OrHang());
            }
        }))).WaitAsync(TimeSpan.FromMinutes(2));
        await server.StopAsync();
        ConnectionCounts counts = server.Counts;
        Assert.Equal((Connections, Connections, Connections, 0), (counts.Accepted, counts.Finished, counts[ConnectionOutcome.Completed], counts.Active));
        if (dispatch == ConnectionDispatch.Inline)
        {
            Assert.All(Enumerable.Range(0, loops), loop => Assert.Contains($"event loop {loop}", threads.Keys));
        }
    }
}
