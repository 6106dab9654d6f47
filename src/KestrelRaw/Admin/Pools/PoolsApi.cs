using KestrelRaw.Admin.Security;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Admin.Pools;

/// <summary><c>GET /api/pools</c> and <c>PUT /api/pools/{name}</c> with <c>{"size": N}</c>.</summary>
internal sealed partial class PoolsApi(IReadOnlyList<BoundEndpoint> endpoints, ILogger<PoolsApi> logger)
{
    private readonly ConnectionPool[] _pools = [.. endpoints.Select(static endpoint => endpoint.Admission.Pool).Distinct()];

    public void Map(IEndpointRouteBuilder routes, WriteGuard guard)
    {
        routes.MapGet("/api/pools", () => _pools.Select(View));
        routes.MapPut("/api/pools/{name}", ResizeAsync).AddEndpointFilter(guard);
    }

    internal async Task<IResult> ResizeAsync(string name, HttpRequest request)
    {
        if (_pools.FirstOrDefault(pool => pool.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } pool)
        {
            return Results.Problem($"There is no pool \"{name}\"; there are {string.Join(", ", _pools.Select(static pool => pool.Name))}.", statusCode: StatusCodes.Status404NotFound);
        }

        if (View(pool).Adaptive is { } bounds)
        {
            return Results.Problem(
                $"The pool \"{pool.Name}\" finds its own size, from {bounds.Minimum} to {bounds.Maximum}; switch off Pool:Adaptive to set it.", statusCode: StatusCodes.Status409Conflict);
        }

        int? size;
        try
        {
            (size, Dictionary<string, string[]> faults) = await PoolSizeBody.ReadAsync(request.Body, request.HttpContext.RequestAborted);
            if (faults.Count > 0)
            {
                return Results.ValidationProblem(faults);
            }
        }
        catch (BadHttpRequestException exception)
        {
            return Results.Problem(exception.Message, statusCode: exception.StatusCode);
        }
        catch (IOException exception)
        {
            return Results.Problem($"The body can't be read: {exception.Message}", statusCode: StatusCodes.Status400BadRequest);
        }

        int? before = pool.Size;
        pool.Resize(size);
        Resized(logger, pool.Name, before, size, request.HttpContext.Connection.RemoteIpAddress?.ToString());
        return Results.Ok(View(pool));
    }

    private PoolView View(ConnectionPool pool) => PoolView.Of(pool, endpoints);

    [LoggerMessage(60, LogLevel.Information, "Pool {Pool}: its size was changed from {Before} to {After} by {Client}", EventName = "PoolResized")]
    private static partial void Resized(ILogger logger, string pool, int? before, int? after, string? client);
}
