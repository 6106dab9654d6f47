using System.Net;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Clients;

namespace KestrelRaw.Hostile.Tests.Fuzzing;

/// <summary>Carries out a plan.</summary>
/// <param name="server">Where to.</param>
/// <param name="plan">What to do.</param>
/// <param name="response">What must come, as far as it comes.</param>
/// <param name="patience">After a silence of so long it gives up.</param>
internal sealed class FuzzClient(EndPoint server, FuzzPlan plan, byte[] response, TimeSpan patience)
{
    private const int Part = 1000;
    private const int SlowBlocks = 50;
    private static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(5);

    /// <summary>A server whose response nobody takes takes no more input; a client that means to read does so before the server's patience with it ends.</summary>
    private static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(5);

    private volatile bool _hasLeft;
    private volatile bool _wasReset;
    private int _length;

    public async Task<FuzzSighting> RunAsync()
    {
        Socket socket;
        try
        {
            socket = await RawClient.ConnectAsync(server, plan.Source, Prepare);
        }
        catch (Exception error) when (error is SocketException or TimeoutException)
        {
            return new FuzzSighting(0, FuzzEnd.Refused);
        }

        using (socket)
        {
            FuzzEnd end = await ConverseAsync(socket);
            return new FuzzSighting(_length, end);
        }
    }

    private void Prepare(Socket socket)
    {
        if (plan.HasSmallWindow)
        {
            socket.ReceiveBufferSize = 1;
        }
    }

    private async Task<FuzzEnd> ConverseAsync(Socket socket)
    {
        bool isReading = plan.Reading is FuzzReading.Meanwhile or FuzzReading.Slowly;
        Task<FuzzEnd>? reading = isReading ? ReadAsync(socket) : null;
        await TakeStepsAsync(socket);
        if (_hasLeft || plan.Reading == FuzzReading.Never)
        {
            _hasLeft = true;
            socket.Dispose();
            return reading is not null && await reading == FuzzEnd.WrongByte ? FuzzEnd.WrongByte : FuzzEnd.Left;
        }

        // Asked for only now: the send and the read that a RST ends come back on two threads.
        FuzzEnd end = await (reading ?? ReadAsync(socket));
        return end == FuzzEnd.EndOfFile && _wasReset ? FuzzEnd.Reset : end;
    }

    private async Task TakeStepsAsync(Socket socket)
    {
        using var giveUp = new CancellationTokenSource(patience < LongestSend ? patience : LongestSend);
        try
        {
            foreach (FuzzStep step in plan.Steps)
            {
                await TakeAsync(step, socket, giveUp.Token);
            }
        }
        catch (SocketException)
        {
            // The server has ended it. What it sent before counts. The error was the socket's only one: a read finds
            // nothing more than an end of file behind it.
            _wasReset = true;
        }
        catch (OperationCanceledException)
        {
            // The server takes nothing more, and waits to be read from.
        }
    }

    private async Task TakeAsync(FuzzStep step, Socket socket, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case SendStep send:
                await socket.SendAsync(send.Bytes, cancellationToken);
                break;
            case UrgentStep urgent:
                await socket.SendAsync(new[] { urgent.Byte }, SocketFlags.OutOfBand, cancellationToken);
                break;
            case PauseStep pause:
                await Task.Delay(pause.Time, cancellationToken);
                break;
            case HalfCloseStep:
                socket.Shutdown(SocketShutdown.Send);
                break;
            default:
                _hasLeft = true;
                socket.Reset();
                throw new SocketException((int)SocketError.ConnectionReset);
        }
    }

    private async Task<FuzzEnd> ReadAsync(Socket socket)
    {
        byte[] buffer = new byte[16 * 1024];
        int blocks = 0;
        try
        {
            while (true)
            {
                using var giveUp = new CancellationTokenSource(patience);
                int count = await socket.ReceiveAsync(buffer, giveUp.Token);
                if (count == 0)
                {
                    return FuzzEnd.EndOfFile;
                }

                if (!response.AsSpan(Math.Min(_length, response.Length)).StartsWith(buffer.AsSpan(0, count)))
                {
                    return FuzzEnd.WrongByte;
                }

                _length += count;
                if (plan.Reading == FuzzReading.APart && _length >= Part)
                {
                    return FuzzEnd.Left;
                }

                if (plan.Reading == FuzzReading.Slowly && blocks++ < SlowBlocks)
                {
                    await Task.Delay(SlowPause);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return FuzzEnd.StillOpen;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return _hasLeft ? FuzzEnd.Left : FuzzEnd.Reset;
        }
    }
}
