using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace KestrelRaw.Admin.Security;

internal static class PlacesExtensions
{
    /// <summary>To be called after <c>UseKestrelCore</c>: of the transports Kestrel takes the one registered last.</summary>
    public static void AddConnectionPlaces(this IServiceCollection services, AdminListener listener)
    {
        services.AddSingleton(listener);
        services.AddSingleton<ConnectionPlaces>();
        services.AddSingleton<IConnectionListenerFactory, PlacedListenerFactory>();
    }

    /// <summary>Tells a connection's place of its requests. To be called first, so that every request counts.</summary>
    public static void UseConnectionPlaces(this IApplicationBuilder application) => application.Use(static async (context, next) =>
    {
        PlacedConnection place = context.Features.GetRequiredFeature<PlacedConnection>();
        place.Note(PlaceUse.Asked);
        context.Response.OnCompleted(() =>
        {
            place.Note(context.Response.Headers.Connection == "close" ? PlaceUse.Closing : PlaceUse.Idle);
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        catch (OperationCanceledException exception) when (context.RequestAborted.IsCancellationRequested || exception.InnerException is ConnectionAbortedException)
        {
            // It has lost its place, or its client has gone: no error that the log should have with a stack trace. A read of
            // the body may say so before the token does.
        }
    });
}
