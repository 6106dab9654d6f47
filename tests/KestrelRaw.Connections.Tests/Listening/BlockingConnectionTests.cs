using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Tests.Loops;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections.Features;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>How a connection ends whose thread blocks in a call.</summary>
public sealed class BlockingConnectionTests
{
    private const int Sent = 1000;

    /// <summary>Of a response that was not sent whole, the client must not see an end, not even while the handler is still at it.</summary>
    [Theory]
    [InlineData(ConnectionOutcome.SendTimeout, true)]
    [InlineData(ConnectionOutcome.WorkTimeout, false)]
    public async Task EndAs_ThreadBlocks_WakesItAndShowsTheClientARstWhereTheResponseIsCut(ConnectionOutcome outcome, bool isReset)
    {
        var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clientHasSeen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LoopServer server = await LoopServer.StartAsync(
            async connection =>
            {
                Socket socket = connection.Features.Get<IConnectionSocketFeature>()!.Socket;
                socket.Send(new byte[Sent]);
                Task blocked = Task.Run(() => BlockUntilItEnds(socket));
                connection.Features.Get<IConnectionOutcomeFeature>()!.EndAs(outcome);
                await blocked;
                woken.SetResult();
                await clientHasSeen.Task;
            },
            configure: static options => (options.Transport, options.Dispatch) = (ConnectionTransport.BlockingSocket, ConnectionDispatch.ThreadPool));
        using Socket client = server.Connect();
        await woken.Task.OrHang();
        int read = 0;
        SocketError error = SocketError.Success;
        try
        {
            while (await client.ReceiveAsync(new byte[Sent]).OrHang() is var count and > 0)
            {
                read += count;
            }
        }
        catch (SocketException exception)
        {
            error = exception.SocketErrorCode;
        }

        clientHasSeen.SetResult();
        Assert.Equal(isReset ? SocketError.ConnectionReset : SocketError.Success, error);
        Assert.InRange(read, isReset ? 0 : Sent, Sent);
    }

    private static void BlockUntilItEnds(Socket socket)
    {
        try
        {
            Assert.Equal(0, socket.Receive(new byte[1]));
        }
        catch (SocketException)
        {
            // The RST.
        }
    }
}
