using System.Net.Sockets;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Pools;

namespace KestrelRaw.Endpoints;

/// <summary>An endpoint whose sockets listen; a host name with two addresses has two of them. Some of its settings may change while it runs.</summary>
internal sealed class BoundEndpoint(EndpointSettings settings, IReadOnlyList<Socket> listenSockets, ConnectionPool pool) : IDisposable
{
    private volatile EndpointSettings _settings = settings;

    /// <summary>The settings in force. A connection looks once, at its start, and keeps what it saw.</summary>
    public EndpointSettings Settings => _settings;

    public string Name => _settings.Name;

    public IReadOnlyList<Socket> ListenSockets => listenSockets;

    public ConnectionAdmission Admission { get; } = new(pool, settings.Admission);

    /// <summary>Takes over what can change while the server runs; the rest of <paramref name="changed"/> waits for the next start.</summary>
    public void Change(EndpointSettings changed)
    {
        EndpointSettings current = _settings;
        bool isSamePool = changed.Pool.Name.Equals(current.Pool.Name, StringComparison.OrdinalIgnoreCase);
        _settings = current with
        {
            Work = current.Work with { Delay = changed.Work.Delay },
            Pool = isSamePool ? changed.Pool : current.Pool,
            Admission = changed.Admission,
            Timeouts = changed.Timeouts,
        };
        if (isSamePool)
        {
            pool.PerClient = changed.Pool.PerClient;
            pool.Resize(changed.Pool.Size);
        }

        Admission.Update(changed.Admission);
    }

    public void Dispose()
    {
        foreach (Socket socket in listenSockets)
        {
            socket.Dispose();
        }
    }
}
