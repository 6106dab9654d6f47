using System.Net.Sockets;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Functional;

namespace KestrelRaw.Tests.Admin.Live;

/// <summary>So many clients, each with one connection after the other.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private readonly Task[] _clients;
    private volatile bool _isOver;

    public SteadyLoad(int port, int connections) => _clients = [.. Enumerable.Range(0, connections).Select(_ => RunAsync(port))];

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await Task.WhenAll(_clients).OrHang();
    }

    /// <summary>Until it is over, or the server is.</summary>
    private async Task RunAsync(int port)
    {
        try
        {
            while (!_isOver)
            {
                await TestClient.AskAsync(port);
            }
        }
        catch (SocketException)
        {
        }
    }
}
