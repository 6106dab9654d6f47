namespace KestrelRaw.Hostile.Tests.Runs;

/// <summary>How soon a good client must have its answer.</summary>
internal static class Patience
{
    /// <summary>
    /// One second, as the promise is, where <c>KESTRELRAW_RELIABILITY</c> makes a report of a machine that does nothing
    /// else; five where other tests run beside this.
    /// </summary>
    public static readonly TimeSpan GoodAnswer = TimeSpan.FromSeconds(Report.IsWanted ? 1 : 5);
}
