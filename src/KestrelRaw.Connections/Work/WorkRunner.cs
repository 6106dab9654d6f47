using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Connections.Diagnostics;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Connections.Work;

/// <summary>Runs the work of an endpoint's connections and turns what it throws into outcomes. For handlers that serve a connection in their own way.</summary>
/// <param name="endpoint">The endpoint's name in the log.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">The log.</param>
public sealed class WorkRunner(string endpoint, TimeProvider timeProvider, ILogger logger)
{
    private readonly WorkFailureLog _failures = new(endpoint, timeProvider, logger);

    /// <summary>Runs the work of one connection. A failure sets the connection's outcome and is logged.</summary>
    /// <param name="terms">The work, and the response to its failure.</param>
    /// <param name="request">What the client sent.</param>
    /// <param name="connectionId">For the log.</param>
    /// <param name="connection">The connection.</param>
    /// <returns>The response to send: the work's own, or the one for a failure.</returns>
    /// <exception cref="OperationCanceledException">The connection has ended meanwhile.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> RunAsync(
        ConnectionWorkOptions terms, ReadOnlyMemory<byte> request, string connectionId, IConnectionOutcomeFeature connection)
    {
        WorkSample sample = terms.AdaptivePoolSize?.Begin() ?? default;
        bool isGood = false;
        try
        {
            ReadOnlyMemory<byte> response = await terms.Work.RunAsync(request, connection.Ended);
            connection.Ended.ThrowIfCancellationRequested();
            isGood = true;
            return response;
        }
        catch (Exception exception) when (!connection.Ended.IsCancellationRequested)
        {
            connection.TrySetOutcome(exception is TimeoutException ? ConnectionOutcome.WorkTimeout : ConnectionOutcome.WorkFailed);
            _failures.Report(connectionId, exception);
            return terms.FailureResponse;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // However the work takes it that its connection has ended.
            throw new OperationCanceledException(exception.Message, exception, connection.Ended);
        }
        finally
        {
            sample.End(isGood);
        }
    }
}
