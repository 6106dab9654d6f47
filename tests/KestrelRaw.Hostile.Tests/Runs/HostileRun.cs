using System.Diagnostics;
using System.Net;
using KestrelRaw.Hostile.Tests.Clients;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Runs;

/// <summary>
/// One case against one server: started and warmed up, watched while the test does its worst, and at the end asked to be
/// as it was before. Of stock Kestrel all this is only observed.
/// </summary>
internal sealed class HostileRun : IAsyncDisposable
{
    private const int WarmUps = 20;

    private readonly ServerKind _kind;
    private readonly Scene _scene;
    private readonly byte[] _response;
    private readonly ITestedServer _server;
    private readonly ProcessState _before;
    private readonly int _warmUps;
    private readonly GoodClient? _goodClient;
    private readonly LawWatch _law;

    private HostileRun(ServerKind kind, Scene scene, ITestedServer server, byte[] response, int warmUps)
    {
        (_kind, _scene, _server, _response, _warmUps) = (kind, scene, server, response, warmUps);
        _before = ProcessState.Read(server.ProcessId);
        _law = new LawWatch(server);
        _goodClient = scene.HasNoGoodClients ? null : new GoodClient(scene.IsTargetFull ? server.Neighbor : server.Target, response, GoodAnswerWithin);
    }

    /// <summary>Where the hostile clients go.</summary>
    public IPEndPoint Target => _server.Target;

    /// <summary>The same, for a case whose tested endpoint may be a Unix domain socket.</summary>
    public EndPoint TargetAddress => _server.TargetAddress;

    public int ProcessId => _server.ProcessId;

    /// <summary>Lines that the server has printed.</summary>
    public int LogLines => _server.LogLines;

    public bool HasEnded => _server.HasEnded;

    public bool IsStock => _kind == ServerKind.Stock;

    /// <summary>The real program; not for stock Kestrel.</summary>
    public KestrelRawServer Server => (KestrelRawServer)_server;

    /// <summary>For what the server does by itself.</summary>
    public bool IsWatchPaused
    {
        set => _law.IsPaused = value;
    }

    /// <summary>Starts the server and its good client.</summary>
    public static async Task<HostileRun> StartAsync(ServerKind kind, Scene scene)
    {
        ITestedServer server = kind == ServerKind.Stock ? await StockServer.StartAsync(scene) : await KestrelRawServer.StartAsync(kind, scene);
        byte[] response = scene.ResponseFile is { } file && kind != ServerKind.Stock ? await File.ReadAllBytesAsync(file) : RawClient.Response;
        int warmUps = scene.HasNoGoodClients ? 0 : WarmUps;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, warmUps).Select(_ => GoodClient.AskAsync(scene.IsTargetFull ? server.Neighbor : server.Target, response)));
            await server.ReadCountsAsync();
            return new HostileRun(kind, scene, server, response, scene.IsTargetFull ? 0 : warmUps);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task<ConnectionCounts> ReadCountsAsync() =>
        await _server.ReadCountsAsync() ?? throw new InvalidOperationException("This server does not count.");

    /// <summary>Waits until the tested endpoint's counts are so; a server that does not count is not waited for.</summary>
    /// <exception cref="TimeoutException">They never were.</exception>
    public async Task WaitForCountsAsync(Func<ConnectionCounts, bool> areSo)
    {
        ConnectionCounts? counts = null;
        if (!await Poll.UntilAsync(async () => (counts = await _server.ReadCountsAsync()) is null || areSo(counts), TestHelpers.Until.Patience))
        {
            throw new TimeoutException($"The counts never came to be as expected; they are: {counts}");
        }
    }

    /// <summary>
    /// The attack is over: waits until everything is as before, stops the server, and checks the law, the good clients'
    /// answers, descriptors, memory, and that the log has no error.
    /// </summary>
    /// <param name="clientsSaw">For the report: what the hostile clients saw.</param>
    public async Task<RunResult> EndAsync(string clientsSaw)
    {
        long end = Stopwatch.GetTimestamp();
        await (_goodClient?.DisposeAsync() ?? ValueTask.CompletedTask);
        int more = await AnswersAgainAsync() ? 1 : 0;
        bool isAsBefore = await Poll.UntilAsync(IsAsBeforeAsync, _scene.RecoveryWithin) && more > 0;
        TimeSpan? recovery = isAsBefore ? Stopwatch.GetElapsedTime(end) : null;
        await _law.DisposeAsync();
        ConnectionCounts? counts = _server.HasEnded ? null : await _server.ReadCountsAsync();
        RunResult result = new(
            counts is null ? new Dictionary<string, long>() : WithoutGoodClients(counts, more),
            _goodClient?.Answers ?? 0,
            _goodClient?.Failures ?? [],
            _goodClient?.Slowest ?? TimeSpan.Zero,
            recovery,
            _before,
            _server.HasEnded ? null : ProcessState.Read(_server.ProcessId));
        Report.Add(_scene, _kind, clientsSaw, result);
        if (!IsStock)
        {
            Check(result, counts!);
            await _server.StopAsync();
            if (!_scene.HasNoLog)
            {
                CheckLog();
            }
        }

        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await (_goodClient?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _law.DisposeAsync();
        await _server.DisposeAsync();
    }

    private TimeSpan GoodAnswerWithin => _scene.GoodAnswerWithin ?? Patience.GoodAnswer;

    /// <summary>A good client at the tested endpoint itself.</summary>
    private async Task<bool> AnswersAgainAsync() => !_scene.HasNoGoodClients && await Poll.UntilAsync(
        async () =>
        {
            try
            {
                await GoodClient.AskAsync(_server.TargetAddress, _response);
                return true;
            }
            catch (Exception error) when (error is System.Net.Sockets.SocketException or OperationCanceledException or InvalidDataException)
            {
                return false;
            }
        },
        _scene.RecoveryWithin);

    private async Task<bool> IsAsBeforeAsync() =>
        !_server.HasEnded
        && ProcessState.Read(_server.ProcessId).Descriptors <= _before.Descriptors + _scene.SpareDescriptors
        && await _server.ReadCountsAsync() is not { Active: > 0 };

    private Dictionary<string, long> WithoutGoodClients(ConnectionCounts counts, int more)
    {
        var outcomes = new Dictionary<string, long>(counts.Finished);
        outcomes["completed"] -= _warmUps + more + (_scene.IsTargetFull ? 0 : _goodClient?.Answers ?? 0);
        return outcomes;
    }

    private void Check(RunResult result, ConnectionCounts counts)
    {
        Assert.Empty(_law.Breaches);
        Assert.True(_law.Looks > 0 || _scene.HasNoGoodClients, "Nobody saw the counts while the case ran.");
        Assert.True(counts.AddUp && counts.Active == 0, counts.ToString());
        Assert.Empty(result.GoodFailures);
        Assert.True(result.SlowestGoodAnswer < GoodAnswerWithin, $"A good client waited {result.SlowestGoodAnswer.TotalSeconds:0.00} s.");
        Assert.True(result.Recovery is not null || _scene.HasNoGoodClients, $"Not as before within {_scene.RecoveryWithin.TotalSeconds} s: {_before}, now {result.After}, {counts}");
        int megabytes = result.After!.ResidentMegabytes - _before.ResidentMegabytes;
        Assert.True(megabytes <= _scene.MemoryMegabytes, $"{megabytes} MB more are resident than before.");
    }

    /// <summary>No error but the expected, and never a stack trace.</summary>
    private void CheckLog() => Assert.DoesNotContain(
        Server.Process.Output.Split('\n'),
        line => IsError(line) && (_scene.ExpectedError is null || !line.Contains(_scene.ExpectedError, StringComparison.Ordinal)));

    private static bool IsError(string line) =>
        line.Contains(" ERR]", StringComparison.Ordinal)
        || line.Contains(" FTL]", StringComparison.Ordinal)
        || line.Contains("nhandled exception", StringComparison.Ordinal)
        || line.StartsWith("   at ", StringComparison.Ordinal);
}
