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
    EndpointTimeouts Timeouts);
