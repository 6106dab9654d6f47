using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Connections.Tests.Transports;

/// <summary>Streams of bytes from the client, large ones and in many pieces.</summary>
public sealed class InputTests : TransportTests
{
    private const int Large = 10 * 1024 * 1024;

    private readonly byte[] _sent = TestData.Bytes(Large);

    [Theory, MemberData(nameof(All))]
    public async Task Echo_LargeInOddPieces_ComesBackWhole(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            (PipeReader input, PipeWriter output) = (connection.Transport.Input, connection.Transport.Output);
            while (true)
            {
                ReadResult result = await input.ReadAsync();
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                {
                    await output.WriteAsync(segment);
                }

                input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return;
                }
            }
        },
        ExpectEchoAsync);

    [Theory, MemberData(nameof(All))]
    public async Task CopyToAsync_TheOutput_IsAnEcho(TestedTransport transport) => await ConverseAsync(
        transport, static connection => connection.Transport.Input.CopyToAsync(connection.Transport.Output), ExpectEchoAsync);

    [Theory, MemberData(nameof(All))]
    public async Task AsStream_OfBothSides_IsAnEcho(TestedTransport transport) => await ConverseAsync(
        transport,
        static async connection =>
        {
            await using Stream input = connection.Transport.Input.AsStream(leaveOpen: true);
            await using Stream output = connection.Transport.Output.AsStream(leaveOpen: true);
            await input.CopyToAsync(output, bufferSize: 10_007);
        },
        ExpectEchoAsync);

    [Theory, MemberData(nameof(All))]
    public async Task Read_LargeWithHalfConsumedEachTime_HasTheSameHash(TestedTransport transport) => await ConverseAsync(
        transport,
        async connection =>
        {
            PipeReader input = connection.Transport.Input;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            while (true)
            {
                ReadResult result = await input.ReadAsync();
                ReadOnlySequence<byte> part = result.IsCompleted ? result.Buffer : result.Buffer.Slice(0, (result.Buffer.Length + 1) / 2);
                foreach (ReadOnlyMemory<byte> segment in part)
                {
                    hash.AppendData(segment.Span);
                }

                input.AdvanceTo(part.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }

            Assert.Equal(SHA256.HashData(_sent), hash.GetHashAndReset());
        },
        SendInOddPiecesAsync);

    [Theory, MemberData(nameof(All))]
    public async Task Read_ByteAtATime_KeepsTheOrder(TestedTransport transport)
    {
        byte[] sent = _sent[..2_000];
        await ConverseAsync(
            transport,
            async connection => Assert.Equal(sent, await connection.Transport.Input.ReadToEndAsync()),
            async client =>
            {
                for (int i = 0; i < sent.Length; i++)
                {
                    await client.SendAllAsync(sent.AsMemory(i, 1));
                }

                client.Shutdown(SocketShutdown.Send);
            });
    }

    [Theory, MemberData(nameof(All))]
    public async Task PingPong_ByteByByte_EachIsAnsweredBeforeTheNext(TestedTransport transport) => await ConverseAsync(
        transport,
        static connection => connection.Transport.Input.CopyToAsync(connection.Transport.Output),
        static async client =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                byte[] ping = [(byte)i];
                await client.SendAllAsync(ping);
                Assert.Equal(ping, await client.ReceiveExactlyAsync(1));
            }

            client.Shutdown(SocketShutdown.Send);
            await client.ExpectEndAsync();
        });

    [Theory, MemberData(nameof(All))]
    public async Task Handler_DoesNotRead_TheClientIsHeldBackAndNothingIsLost(TestedTransport transport)
    {
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] sent = new byte[64 * 1024 * 1024];
        _sent.CopyTo(sent, sent.Length - _sent.Length);
        await ConverseAsync(
            transport,
            async connection =>
            {
                await full.Task;
                TestData.AssertSame(sent, await connection.Transport.Input.ReadToEndAsync());
            },
            async client =>
            {
                int taken = await Task.Run(() => client.FillUp(sent));
                Assert.InRange(taken, 1, sent.Length - 1);
                full.SetResult();
                await client.SendAllAsync(sent.AsMemory(taken));
                client.Shutdown(SocketShutdown.Send);
            });
    }

    private async Task ExpectEchoAsync(Socket client)
    {
        Task<byte[]> receiving = client.ReceiveToEndAsync();
        await SendInOddPiecesAsync(client);
        byte[] received = await receiving.OrHang();
        TestData.AssertSame(_sent, received);
    }

    private async Task SendInOddPiecesAsync(Socket client)
    {
        int[] sizes = [1, 4095, 4096, 4097, 17, 65_537, 100_003];
        for (int sent = 0, i = 0; sent < _sent.Length; i++)
        {
            int size = Math.Min(sizes[i % sizes.Length], _sent.Length - sent);
            await client.SendAllAsync(_sent.AsMemory(sent, size));
            sent += size;
        }

        client.Shutdown(SocketShutdown.Send);
    }
}
