using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Runs;

/// <summary>How a case ended.</summary>
/// <param name="Outcomes">What the tested endpoint has counted, without the good clients; empty for a server that does not count.</param>
/// <param name="GoodAnswers">Good clients that had the whole answer.</param>
/// <param name="GoodFailures">What happened to the others.</param>
/// <param name="SlowestGoodAnswer">The longest that a good client waited for the whole answer, its connect included.</param>
/// <param name="Recovery">From the end of the attack until the tested endpoint has answered a good client and everything is as before; null when it never was.</param>
/// <param name="Before">Warm, before the attack.</param>
/// <param name="After">At rest; null when the process had ended.</param>
internal sealed record RunResult(
    IReadOnlyDictionary<string, long> Outcomes,
    int GoodAnswers,
    IReadOnlyList<string> GoodFailures,
    TimeSpan SlowestGoodAnswer,
    TimeSpan? Recovery,
    ProcessState Before,
    ProcessState? After)
{
    /// <summary><c>completed 3, client_reset 1</c>; the outcomes that occurred, by name.</summary>
    public string OutcomesText => string.Join(", ", Outcomes.Where(outcome => outcome.Value > 0).OrderBy(outcome => outcome.Key, StringComparer.Ordinal).Select(outcome => $"{outcome.Key} {outcome.Value}"));

    public long this[string outcome] => Outcomes.GetValueOrDefault(outcome);
}
