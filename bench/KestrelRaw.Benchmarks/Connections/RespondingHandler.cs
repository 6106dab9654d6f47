using KestrelRaw.Connections.Closing;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Timeouts;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace KestrelRaw.Benchmarks.Connections;

/// <summary>The conversation as the server's model <c>Async</c> has it, without work: with timeouts, outcome and linger.</summary>
internal sealed class RespondingHandler : ConnectionHandler
{
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var outcome = connection.Features.GetRequiredFeature<IConnectionOutcomeFeature>();
        var input = new InputDiscarder(connection.Transport.Input);
        using var timer = new PhaseTimer(outcome, TimeProvider.System);

        timer.Start(Phase, ConnectionOutcome.FirstByteTimeout);
        await input.DiscardOnceAsync(outcome.Ended);

        timer.Start(Phase, ConnectionOutcome.SendTimeout);
        await connection.Features.GetRequiredFeature<IHalfCloseFeature>().SendLastAsync(Conversation.Response, outcome.Ended);

        await LingeringClose.LingerAsync(input, Silence, outcome, timer, TimeProvider.System);
    }
}
