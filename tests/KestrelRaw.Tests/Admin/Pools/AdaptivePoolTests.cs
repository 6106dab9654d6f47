using KestrelRaw.Admin.Pools;
using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;
using KestrelRaw.Tests.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Abstractions;

namespace KestrelRaw.Tests.Admin.Pools;

public sealed class AdaptivePoolTests
{
    [Fact]
    public async Task Put_Size_IsAConflictAndChangesNothing()
    {
        var pool = new ConnectionPool(20) { Name = "p" };
        EndpointSettings settings = TestSettings.Endpoint() with { Pool = new PoolSettings("p", null, null, new AdaptivePoolSizeOptions { Minimum = 4, Maximum = 50 }) };
        using var endpoint = new BoundEndpoint(settings, [], pool);
        var api = new PoolsApi([endpoint], NullLogger<PoolsApi>.Instance);
        var request = new DefaultHttpContext { Request = { Body = new MemoryStream("""{"size": 3}"""u8.ToArray()) } }.Request;
        ProblemHttpResult problem = Assert.IsType<ProblemHttpResult>(await api.ResizeAsync("P", request));
        Assert.Equal(StatusCodes.Status409Conflict, problem.StatusCode);
        Assert.Equal("The pool \"p\" finds its own size, from 4 to 50; switch off Pool:Adaptive to set it.", problem.ProblemDetails.Detail);
        Assert.Equal(20, pool.Size);
    }

    [Fact]
    public void View_AdaptivePool_HasItsBoundsAndItsLastDecision()
    {
        var pool = new ConnectionPool(20) { Name = "p" };
        var bounds = new AdaptivePoolSizeOptions { Minimum = 4, Maximum = 50 };
        using var endpoint = new BoundEndpoint(TestSettings.Endpoint() with { Pool = new PoolSettings("p", null, null, bounds) }, [], pool);
        using var adaptation = new AdaptivePoolSize(pool, bounds);
        endpoint.Adapt(adaptation);
        PoolAdaptation shown = PoolView.Of(pool, [endpoint]).Adaptive!;
        AdaptationDecision last = adaptation.LastDecision;
        Assert.Equal((4, 50), (shown.Minimum, shown.Maximum));
        Assert.Equal((last.Reason.ToName(), last.Size, last.Gradient), (shown.LastDecision!.Reason, shown.LastDecision.Size, shown.LastDecision.Gradient));
    }
}
