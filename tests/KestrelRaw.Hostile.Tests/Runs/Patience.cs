using System.Globalization;

namespace KestrelRaw.Hostile.Tests.Runs;

/// <summary>How soon a good client must have its answer, and how long a case goes on.</summary>
internal static class Patience
{
    private const string Variable = "KESTRELRAW_HOSTILE_SECONDS";

    /// <summary>
    /// One second, as the promise is, where <c>KESTRELRAW_RELIABILITY</c> makes a report of a machine that does nothing
    /// else; ten where other tests run beside this.
    /// </summary>
    public static readonly TimeSpan GoodAnswer = TimeSpan.FromSeconds(Report.IsWanted ? 1 : 10);

    /// <summary>How long a case that could go on for ever does: <c>KESTRELRAW_HOSTILE_SECONDS</c>, or what is enough for CI.</summary>
    public static TimeSpan CaseLength(double secondsInCi) => TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : secondsInCi);
}
