using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Admin;

/// <summary>What a kubelet or a balancer does: asks for health again and again, each time on a new connection.</summary>
internal sealed class HealthProbe : IAsyncDisposable
{
    private const string Source = "127.0.0.1";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(10);
    private static readonly byte[] Request = AdminExchange.Bytes($"GET /healthz/live HTTP/1.1\r\n{AdminExchange.Headers}");

    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _end = new();
    private readonly List<string> _failures = [];
    private readonly SemaphoreSlim _answers = new(0);
    private readonly Task _loop;
    private int _count;
    private TimeSpan _slowest;

    public HealthProbe(IPEndPoint server)
    {
        _server = server;
        _loop = Poll.EveryAsync(Pause, AskAsync, _end.Token);
    }

    /// <summary>Waits until it has asked so often, from now on.</summary>
    public async Task WaitAsync(int times)
    {
        for (int i = 0; i < times; i++)
        {
            await _answers.WaitAsync().OrHang();
        }
    }

    /// <summary>Stops, and checks that every answer was there in time.</summary>
    /// <returns>For the report.</returns>
    public async Task<string> EndAsync()
    {
        await DisposeAsync();
        Assert.Empty(_failures);
        Assert.True(_slowest < Patience.GoodAnswer, $"A probe waited {_slowest.TotalSeconds:0.00} s.");
        return $"{_count} probes answered, the slowest in {_slowest.TotalMilliseconds:0} ms";
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
    }

    private async Task AskAsync()
    {
        long start = Stopwatch.GetTimestamp();
        string? failure = null;
        try
        {
            AdminReply reply = await AdminExchange.AskAsync(_server, Request, Source, GiveUp);
            failure = reply is { Status: 200, Body: "Healthy\n" } ? null : reply.ToString();
        }
        catch (Exception error) when (error is SocketException or TimeoutException)
        {
            failure = error.Message;
        }

        TimeSpan took = Stopwatch.GetElapsedTime(start);
        _slowest = took > _slowest ? took : _slowest;
        _count++;
        if (failure is not null)
        {
            _failures.Add($"after {took.TotalSeconds:0.0} s: {failure}");
        }

        _answers.Release();
    }
}
