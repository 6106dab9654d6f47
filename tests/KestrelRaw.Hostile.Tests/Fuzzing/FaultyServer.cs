using System.Net;
using System.Net.Sockets;

namespace KestrelRaw.Hostile.Tests.Fuzzing;

/// <summary>What can be wrong with an answer.</summary>
public enum Fault
{
    None,
    WrongByte,
    OneByteTooMany,
    Truncated,
    ResetBeforeTheEnd,
    NoAnswer,
    NoEnd,
}

/// <summary>A server that answers all in the same wrong way, so that a fuzzer has something to find.</summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    /// <summary>Longer than the pauses of any client together.</summary>
    private static readonly TimeSpan FirstByteTimeout = TimeSpan.FromSeconds(4);

    private readonly Socket _listen = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _end = new();
    private readonly byte[] _response;
    private readonly Fault _fault;
    private readonly Task _accepting;

    public FaultyServer(byte[] response, Fault fault)
    {
        (_response, _fault) = (response, fault);
        _listen.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listen.Listen(1000);
        _accepting = AcceptAsync();
    }

    public EndPoint Address => _listen.LocalEndPoint!;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listen.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listen.AcceptAsync(_end.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            byte[] buffer = new byte[64 * 1024];
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            timeout.CancelAfter(FirstByteTimeout);
            try
            {
                if (await socket.ReceiveAsync(buffer, timeout.Token) > 0 && await AnswerAsync(socket))
                {
                    while (await socket.ReceiveAsync(buffer, _end.Token) > 0)
                    {
                    }
                }
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                // The client's end, or its silence, or the test's end.
            }
        }
    }

    /// <returns>False when the connection is gone.</returns>
    private async Task<bool> AnswerAsync(Socket socket)
    {
        byte[] answer = Answer();
        await socket.SendAsync(answer, _end.Token);
        if (_fault == Fault.ResetBeforeTheEnd)
        {
            socket.LingerState = new LingerOption(true, 0);
            return false;
        }

        if (_fault != Fault.NoEnd)
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        return true;
    }

    private byte[] Answer()
    {
        switch (_fault)
        {
            case Fault.WrongByte:
                byte[] wrong = [.. _response];
                wrong[^1] ^= 1;
                return wrong;
            case Fault.OneByteTooMany: return [.. _response, 0];
            case Fault.Truncated or Fault.ResetBeforeTheEnd: return _response[..^1];
            case Fault.NoAnswer: return [];
            default: return _response;
        }
    }
}
