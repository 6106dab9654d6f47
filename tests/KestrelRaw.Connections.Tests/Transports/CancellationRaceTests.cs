using System.IO.Pipelines;
using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>Waits that another thread cancels, again and again and at any moment: no byte is lost or doubled.</summary>
public sealed class CancellationRaceTests : TransportTests
{
    private readonly byte[] _sent = TestData.Bytes(4 * 1024 * 1024);

    [Theory, MemberData(nameof(All))]
    public async Task Echo_PendingReadsAndFlushesAreCancelledAllTheTime_ComesBackWhole(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            using var stop = new CancellationTokenSource();
            Task cancelling = Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    connection.Transport.Input.CancelPendingRead();
                    connection.Transport.Output.CancelPendingFlush();
                    await Task.Yield();
                }
            });
            await EchoAsync(connection, static (input, _) => input.ReadAsync());
            await stop.CancelAsync();
            await cancelling;
        },
        ExpectEchoAsync);

    [Theory, MemberData(nameof(All))]
    public async Task Echo_EachReadsTokenIsCancelledMeanwhile_ComesBackWhole(TestedTransport transport) => await ConverseAsync(
        transport,
        static connection => EchoAsync(connection, static async (input, cancel) =>
        {
            ValueTask<ReadResult> reading = input.ReadAsync(cancel.Token);
            Task cancelling = cancel.CancelAsync();
            try
            {
                return await reading;
            }
            catch (OperationCanceledException)
            {
                return await input.ReadAsync();
            }
            finally
            {
                await cancelling;
            }
        }),
        ExpectEchoAsync);

    private static async Task EchoAsync(ConnectionContext connection, Func<PipeReader, CancellationTokenSource, ValueTask<ReadResult>> readAsync)
    {
        PipeReader input = connection.Transport.Input;
        while (true)
        {
            using var cancel = new CancellationTokenSource();
            ReadResult result = await readAsync(input, cancel);
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                await connection.Transport.Output.WriteAsync(segment);
            }

            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private async Task ExpectEchoAsync(Socket client)
    {
        Task<byte[]> receiving = client.ReceiveToEndAsync();
        for (int position = 0; position < _sent.Length; position += 1_024)
        {
            await client.SendAllAsync(_sent.AsMemory(position, 1_024));
        }

        client.Shutdown(SocketShutdown.Send);
        byte[] received = await receiving.OrHang();
        TestData.AssertSame(_sent, received);
    }
}
