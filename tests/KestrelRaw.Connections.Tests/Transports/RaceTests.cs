using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>
/// Reads and writes that meet an abort, a cancellation, a FIN or a RST at any moment. Alone, so that an exception that
/// nobody has observed is one of theirs.
/// </summary>
[CollectionDefinition(nameof(RaceTests), DisableParallelization = true)]
[Collection(nameof(RaceTests))]
public sealed class RaceTests(ITestOutputHelper output) : TransportTests
{
    private const int Connections = 400;
    private const int AtOnce = 16;

    /// <summary>Who ends the connection, and how.</summary>
    public enum Ending
    {
        ServerAborts,
        ClientResets,
        ClientCloses,
        HandlerReturns,
    }

    public static MatrixTheoryData<TestedTransport, Ending> AllEndings => new(All.Select(static row => row.Data), Enum.GetValues<Ending>());

    [Theory, MemberData(nameof(AllEndings))]
    public async Task ReadsAndWrites_EndAtARandomMoment_NothingHangsAndNothingIsUnobserved(TestedTransport transport, Ending ending)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        CollectFaultedTasks();
        var unobserved = new ConcurrentQueue<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, args) => unobserved.Enqueue(args.Exception);
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            await using (TransportServer server = await TransportServer.StartAsync(transport, connection => ServeAsync(connection, ending)))
            {
                int next = 0;
                await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
                {
                    while (Interlocked.Increment(ref next) is var number and <= Connections)
                    {
                        await AskAsync(server, ending, new Random(seed + number));
                    }
                }))).WaitAsync(TimeSpan.FromMinutes(1));
                await server.StopAsync();
                Assert.Equal((Connections, 0, Connections), (server.Counts.Accepted, server.Counts.Active, server.Counts.Finished));
                Assert.Equal(0, server.Counts[ConnectionOutcome.Error]);
            }

            CollectFaultedTasks();
            Assert.Empty(unobserved);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }
    }

    /// <summary>What was left by this test or by others becomes known now.</summary>
    private static void CollectFaultedTasks()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    /// <summary>Reads and writes at the same time until the connection ends.</summary>
    private static async Task ServeAsync(ConnectionContext connection, Ending ending)
    {
        Task reading = ReadAsync(connection.Transport.Input);
        if (ending == Ending.HandlerReturns)
        {
            await connection.Transport.Output.WriteAsync(new byte[10_000]);
            connection.Transport.Input.CancelPendingRead();
            await reading;
            return;
        }

        Task writing = WriteAsync(connection.Transport.Output);
        if (ending == Ending.ServerAborts)
        {
            // The more often the loop below is scheduled, the further the two have come.
            for (int turns = Random.Shared.Next(50); turns > 0; turns--)
            {
                await Task.Yield();
            }

            connection.Abort();
        }

        await Task.WhenAll(reading, writing);
    }

    private static async Task ReadAsync(PipeReader input)
    {
        try
        {
            for (ReadResult result = await input.ReadAsync(); ; result = await input.ReadAsync())
            {
                input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted || result.IsCanceled)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is ConnectionResetException or ConnectionAbortedException)
        {
            // What the test is about.
        }
    }

    private static async Task WriteAsync(PipeWriter output)
    {
        while (!(await output.WriteAsync(new byte[3_000])).IsCompleted)
        {
        }
    }

    private static async Task AskAsync(TransportServer server, Ending ending, Random random)
    {
        using Socket client = server.Connect();
        try
        {
            await client.SendAllAsync(new byte[random.Next(1, 20_000)]);
            if (ending is Ending.ServerAborts or Ending.HandlerReturns)
            {
                await client.DrainAsync();
                return;
            }

            for (int left = random.Next(0, 300_000); left > 0;)
            {
                left -= await client.ReceiveAsync(new byte[Math.Min(left, 32 * 1024)]).OrHang() is var count and > 0 ? count : left;
            }

            if (ending == Ending.ClientResets)
            {
                client.Reset();
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // The server was faster.
        }
    }
}
