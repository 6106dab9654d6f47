using KestrelRaw.Connections.Admission;
using KestrelRaw.Responses;
using KestrelRaw.Work;

namespace KestrelRaw.Endpoints;

/// <summary>One endpoint's validated configuration.</summary>
internal sealed record EndpointSettings(
    string Name,
    EndpointAddress Address,
    ConnectionModel Model,
    int Backlog,
    int MaxRequestBytes,
    WorkSettings Work,
    Response Response,
    PoolSettings Pool,
    AdmissionOptions Admission,
    EndpointTimeouts Timeouts)
{
    /// <summary>Goes into the admission's options once it is known whether the pool is adaptive.</summary>
    public CoDelSettings CoDel { get; init; } = new(null, new());

    public AdmissionOptions AdmissionWithCoDel => Admission with { CoDel = CoDel.For(Pool) };
}
