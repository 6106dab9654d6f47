using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Hostile.Tests.Servers;
using KestrelRaw.TestHelpers;

namespace KestrelRaw.Hostile.Tests.Shutdown;

/// <summary>A case whose server is told to end: exit code 0, and the law in its last words.</summary>
internal sealed partial class ShutdownRun : IAsyncDisposable
{
    private readonly ServerKind _kind;
    private readonly Scene _scene;
    private readonly KestrelRawServer _server;
    private readonly ProcessState _before;

    private ShutdownRun(ServerKind kind, Scene scene, KestrelRawServer server)
    {
        (_kind, _scene, _server) = (kind, scene, server);
        _before = ProcessState.Read(server.ProcessId);
    }

    public IPEndPoint Target => _server.Target;

    public KestrelRawServer Server => _server;

    public static async Task<ShutdownRun> StartAsync(ServerKind kind, Scene scene) => new(kind, scene, await KestrelRawServer.StartAsync(kind, scene));

    public async Task WaitForCountsAsync(Func<ConnectionCounts, bool> areSo)
    {
        ConnectionCounts? counts = null;
        Assert.True(
            await Poll.UntilAsync(async () => areSo((counts = await _server.ReadCountsAsync())!), Until.Patience),
            $"The counts never came to be as expected; they are: {counts}");
    }

    public void Terminate() => _server.Process.Signal(ServerProcess.SigTerm);

    /// <summary>Waits for the end.</summary>
    /// <param name="clientsSaw">For the report: what the clients saw.</param>
    /// <returns><c>completed 3, client_reset 1</c>, as the server says.</returns>
    public async Task<string> EndAsync(string clientsSaw)
    {
        Assert.Equal(0, await _server.Process.ExitAsync());
        Assert.DoesNotContain("nhandled exception", _server.Process.Output, StringComparison.Ordinal);
        string outcomes = _server.Process.Outcomes("tested");
        Dictionary<string, long> counts = Outcome().Matches(outcomes).ToDictionary(
            match => match.Groups[1].Value, match => long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
        Report.Add(_scene, _kind, clientsSaw, new RunResult(counts, 0, [], TimeSpan.Zero, null, _before, After: null));
        return outcomes;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [GeneratedRegex(@"(\w+) (\d+)")]
    private static partial Regex Outcome();
}
