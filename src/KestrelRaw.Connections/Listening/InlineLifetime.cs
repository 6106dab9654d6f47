using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections.Features;

namespace KestrelRaw.Connections.Listening;

/// <summary>What Kestrel gives the connections that it runs: the polite request to come to an end, and callbacks for the end.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The source has no timer, and a drain may ask a connection to close that has just ended.")]
internal sealed class InlineLifetime : IConnectionLifetimeNotificationFeature, IConnectionCompleteFeature
{
    private readonly CancellationTokenSource _closeRequested = new();
    private Stack<(Func<object, Task> Callback, object State)>? _onCompleted;

    public InlineLifetime() => ConnectionClosedRequested = _closeRequested.Token;

    public CancellationToken ConnectionClosedRequested { get; set; }

    public void RequestClose() => _closeRequested.Cancel();

    public void OnCompleted(Func<object, Task> callback, object state) => (_onCompleted ??= new()).Push((callback, state));

    /// <summary>The last first.</summary>
    /// <exception cref="AggregateException">What callbacks threw, when all have run.</exception>
    public async Task FireCompletedAsync()
    {
        List<Exception> errors = [];
        while (_onCompleted is not null && _onCompleted.TryPop(out (Func<object, Task> Callback, object State) next))
        {
            try
            {
                await next.Callback(next.State);
            }
            catch (Exception exception)
            {
                errors.Add(exception);
            }
        }

        if (errors.Count > 0)
        {
            throw new AggregateException(errors);
        }
    }
}
