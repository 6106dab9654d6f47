using LoadClient.Load;

namespace LoadClient.Tests.Load;

public sealed class ConnectionOutcomeNamesTests
{
    [Fact]
    public void Name_EveryOutcome_HasItsOwn() =>
        Assert.Equal(Enum.GetValues<ConnectionOutcome>().Length, Enum.GetValues<ConnectionOutcome>().Select(outcome => outcome.Name()).Distinct().Count());
}
