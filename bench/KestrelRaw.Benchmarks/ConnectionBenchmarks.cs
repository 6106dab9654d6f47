using BenchmarkDotNet.Attributes;
using KestrelRaw.Benchmarks.Connections;
using KestrelRaw.Connections.Listening;

namespace KestrelRaw.Benchmarks;

/// <summary>
/// One connection over loopback after the other: connect, 18 bytes there, 96 back, both FINs. The client and
/// <see cref="SystemCalls"/> allocate nothing, so that the column Allocated is the server's alone. The time is that of
/// both and of the wake-ups between them; the server's processor time under load is compare.sh's to measure.
/// </summary>
[MemoryDiagnoser]
public class ConnectionBenchmarks
{
    private IServer _server = null!;
    private BareClient _client = null!;

    [GlobalSetup(Target = nameof(SystemCalls))]
    public void StartSystemCalls() => ConnectTo(new BareServer());

    [GlobalSetup(Target = nameof(StockKestrel))]
    public void StartStockKestrel() => ConnectTo(KestrelServer.StartStock());

    [GlobalSetup(Target = nameof(SocketsThreadPool))]
    public void StartSocketsThreadPool() => ConnectTo(KestrelServer.Start(ConnectionTransport.Sockets, ConnectionDispatch.ThreadPool));

    [GlobalSetup(Target = nameof(SocketsInline))]
    public void StartSocketsInline() => ConnectTo(KestrelServer.Start(ConnectionTransport.Sockets, ConnectionDispatch.Inline));

    [GlobalSetup(Target = nameof(EpollThreadPool))]
    public void StartEpollThreadPool() => ConnectTo(KestrelServer.Start(ConnectionTransport.Epoll, ConnectionDispatch.ThreadPool));

    [GlobalSetup(Target = nameof(EpollInline))]
    public void StartEpollInline() => ConnectTo(KestrelServer.Start(ConnectionTransport.Epoll, ConnectionDispatch.Inline));

    [Benchmark]
    public void SystemCalls() => _client.Converse();

    [Benchmark(Baseline = true)]
    public void StockKestrel() => _client.Converse();

    [Benchmark]
    public void SocketsThreadPool() => _client.Converse();

    [Benchmark]
    public void SocketsInline() => _client.Converse();

    [Benchmark]
    public void EpollThreadPool() => _client.Converse();

    [Benchmark]
    public void EpollInline() => _client.Converse();

    [GlobalCleanup]
    public void Stop() => _server.StopAfter(_client.Count);

    private void ConnectTo(IServer server)
    {
        _server = server;
        _client = new BareClient(server.Port);
    }
}
