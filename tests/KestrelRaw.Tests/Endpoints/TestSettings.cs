using KestrelRaw.Connections.Admission;
using KestrelRaw.Endpoints;
using KestrelRaw.Responses;
using KestrelRaw.Work;

namespace KestrelRaw.Tests.Endpoints;

/// <summary>An endpoint's settings, as SPEC.md's defaults have them but for the timeouts, which all differ.</summary>
internal static class TestSettings
{
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);

    public static readonly EndpointTimeouts Timeouts = new(
        FirstByte: TimeSpan.FromSeconds(30), Work: TimeSpan.FromSeconds(60), Send: TimeSpan.FromSeconds(20), Linger: TimeSpan.FromSeconds(2),
        Unreachable: TimeSpan.FromSeconds(50));

    public static EndpointSettings Endpoint(ConnectionModel model = ConnectionModel.Async)
    {
        Assert.True(EndpointAddress.TryParse("tcp://127.0.0.1:0", out EndpointAddress address));
        return new EndpointSettings(
            "test", address, model, Backlog: 4096, MaxRequestBytes: 1024, new WorkSettings(WorkKind.Delay, Delay),
            Response.FromPreset(ResponsePreset.Http), new PoolSettings("test", Size: null, PerClient: null), new AdmissionOptions(), Timeouts);
    }
}
