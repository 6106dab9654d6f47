using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Runs;

/// <summary>Asks all the time whether accepted = active + finished.</summary>
internal sealed class LawWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ITestedServer _server;
    private readonly CancellationTokenSource _end = new();
    private readonly List<string> _breaches = [];
    private readonly Task _loop;

    public LawWatch(ITestedServer server)
    {
        _server = server;
        _loop = Poll.EveryAsync(Interval, LookAsync, _end.Token);
    }

    public IReadOnlyList<string> Breaches => _breaches;

    /// <summary>Does not look meanwhile: ten scrapes a second are most of what an idle server does.</summary>
    public bool IsPaused { get; set; }

    /// <summary>How often it looked.</summary>
    public int Looks { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
    }

    private async Task LookAsync()
    {
        if (!IsPaused && await ReadAsync() is { } counts)
        {
            Looks++;
            if (!counts.AddUp)
            {
                _breaches.Add(counts.ToString());
            }
        }
    }

    /// <summary>Null when there was no answer: whether the admin surface must answer is for the cases that are about it.</summary>
    private async Task<ConnectionCounts?> ReadAsync()
    {
        try
        {
            return await _server.ReadCountsAsync();
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
