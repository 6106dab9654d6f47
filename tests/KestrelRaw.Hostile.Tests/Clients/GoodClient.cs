using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;

namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>Somebody who only wants to be served, again and again, whatever else goes on; from an address of its own.</summary>
internal sealed class GoodClient : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(15);

    /// <summary>Of 127.0.0.0/8, so that no hostile client has it.</summary>
    private static readonly IPAddress Source = IPAddress.Parse("127.0.0.99");

    private readonly IPEndPoint _server;
    private readonly byte[] _expected;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _end = new();
    private readonly List<string> _failures = [];
    private readonly Task _loop;

    /// <param name="server">Where to.</param>
    /// <param name="expected">The whole answer.</param>
    /// <param name="within">Longer than this it need not wait; it gives up a little later.</param>
    public GoodClient(IPEndPoint server, byte[] expected, TimeSpan within)
    {
        (_server, _expected) = (server, expected);
        _patience = within + UsualPatience;
        _loop = Poll.EveryAsync(Pause, AskOnceAsync, _end.Token);
    }

    public int Answers { get; private set; }

    public IReadOnlyList<string> Failures => _failures;

    public TimeSpan Slowest { get; private set; }

    /// <summary>One request, one whole answer.</summary>
    /// <exception cref="Exception">There was none.</exception>
    public static async Task AskAsync(EndPoint server, byte[] expected, TimeSpan? patience = null)
    {
        using var giveUp = new CancellationTokenSource(patience ?? UsualPatience);
        using Socket socket = RawClient.Create(server);
        if (server is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address))
        {
            socket.Bind(new IPEndPoint(Source, 0));
        }

        await socket.ConnectAsync(server, giveUp.Token);
        await socket.SendAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray(), giveUp.Token);
        byte[] buffer = new byte[64 * 1024];
        int length = 0;
        while (await socket.ReceiveAsync(buffer, giveUp.Token) is var count and > 0)
        {
            if (!expected.AsSpan(Math.Min(length, expected.Length)).StartsWith(buffer.AsSpan(0, count)))
            {
                throw new InvalidDataException($"The answer is wrong within {count} bytes after the first {length}.");
            }

            length += count;
        }

        if (length != expected.Length)
        {
            throw new InvalidDataException($"The answer has {length} bytes instead of {expected.Length}.");
        }
    }

    /// <summary>Ends after the request that is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
    }

    private async Task AskOnceAsync()
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            await AskAsync(_server, _expected, _patience);
            Answers++;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or InvalidDataException)
        {
            _failures.Add($"after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s: {error.Message}");
        }

        TimeSpan took = Stopwatch.GetElapsedTime(start);
        Slowest = took > Slowest ? took : Slowest;
    }
}
