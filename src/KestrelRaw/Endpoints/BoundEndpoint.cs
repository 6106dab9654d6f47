using System.Net.Sockets;
using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Listening;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Connections.Work;
using KestrelRaw.Work;

namespace KestrelRaw.Endpoints;

/// <summary>An endpoint whose sockets listen; a host name with two addresses has two of them. Some of its settings may change while it runs.</summary>
internal sealed class BoundEndpoint(EndpointSettings settings, IReadOnlyList<Socket> listenSockets, ConnectionPool pool) : IDisposable
{
    private volatile EndpointSettings _settings = settings;
    private volatile ConnectionWorkOptions _work = EndpointWork.Create(settings);

    /// <summary>The settings in force.</summary>
    public EndpointSettings Settings => _settings;

    /// <summary>What connections are served with by these settings. A connection looks once, at its start, and keeps what it saw.</summary>
    public ConnectionWorkOptions Work => _work;

    public string Name => _settings.Name;

    public IReadOnlyList<Socket> ListenSockets => listenSockets;

    /// <summary>They were open before this process and will be after it; see <see cref="InheritedSockets"/>.</summary>
    public bool HasInheritedSockets { get; init; }

    /// <summary>What its listeners run with, the transport that they came to among it; none until the endpoint is with Kestrel.</summary>
    public List<ConnectionListenerOptions> Listeners { get; } = [];

    public ConnectionAdmission Admission { get; } = new(pool, settings.AdmissionWithCoDel);

    /// <summary>Finds the pool's size; null: nobody does.</summary>
    public AdaptivePoolSize? Adaptation { get; private set; }

    /// <summary>What connections are served with from now on, by the settings in force.</summary>
    public void Connect(IConnectionWork work) => _work = _work with { Work = work };

    /// <summary>The pool finds its own size from now on, from the latency of these connections among others.</summary>
    public void Adapt(AdaptivePoolSize adaptation)
    {
        Adaptation = adaptation;
        _work = _work with { AdaptivePoolSize = adaptation };
    }

    /// <summary>
    /// Takes over what can change while the server runs; the rest of <paramref name="changed"/> waits for the next start.
    /// The pool's own size and limit are not this endpoint's alone: see <see cref="SharesPoolWith"/>.
    /// </summary>
    public void Change(EndpointSettings changed)
    {
        EndpointSettings current = _settings;
        _settings = current with
        {
            Work = current.Work with { Delay = changed.Work.Delay },
            Pool = SharesPoolWith(changed) ? current.Pool.ChangedTo(changed.Pool) : current.Pool,
            Admission = changed.Admission,
            CoDel = changed.CoDel,
            Timeouts = changed.Timeouts,
        };
        _work = EndpointWork.Create(_settings, _work);
        Admission.Update(_settings.AdmissionWithCoDel);
        Listeners.ForEach(listener => listener.UnreachableTimeout = changed.Timeouts.Unreachable);
    }

    /// <summary>The changed settings still name the pool that this endpoint is bound to.</summary>
    public bool SharesPoolWith(EndpointSettings changed) =>
        changed.Pool.Name.Equals(_settings.Pool.Name, StringComparison.OrdinalIgnoreCase);

    public void Dispose()
    {
        foreach (Socket socket in listenSockets)
        {
            socket.Dispose();
        }
    }
}
