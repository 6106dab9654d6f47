using KestrelRaw.Connections.Diagnostics;

namespace KestrelRaw.Connections.Tests.Diagnostics;

public sealed class ConnectionOutcomeNamesTests
{
    [Fact]
    public void ToName_EveryOutcome_IsTheNameThatScriptsKnow() =>
        Assert.Equal(
            [
                "completed", "rejected", "queue_timeout", "first_byte_timeout", "client_closed", "client_reset",
                "work_failed", "work_timeout", "send_timeout", "aborted", "error",
            ],
            ConnectionOutcomeNames.All.Select(outcome => outcome.ToName()));
}
