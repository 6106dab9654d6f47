using KestrelRaw.Connections.Diagnostics;
using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Listening;

/// <summary>A handler that throws has not completed its connection: its exception says what the outcome is. Kestrel logs it.</summary>
internal sealed class HandlerOutcomeMiddleware(ConnectionDelegate next)
{
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        try
        {
            await next(connection);
        }
        catch (Exception exception)
        {
            connection.Features.Get<IConnectionOutcomeFeature>()?.TrySetOutcome(OutcomeOf(exception));
            throw;
        }
    }

    public static ConnectionOutcome OutcomeOf(Exception exception) => exception switch
    {
        ConnectionResetException => ConnectionOutcome.ClientReset,
        ConnectionAbortedException => ConnectionOutcome.Aborted,
        _ => ConnectionOutcome.Error,
    };
}
