using System.Globalization;
using LoadClient.Load;

namespace LoadClient.Reporting;

/// <summary>Finds out whether this client, and not the server, was the limit of a run.</summary>
internal static class Bottlenecks
{
    /// <summary>From here on a loop has hardly ever waited for the server: a faster server would not be seen.</summary>
    private const double Saturated = 0.9;

    /// <summary>Fewer late starts than this share are the odd hiccup of a machine.</summary>
    private const double ManyLate = 0.01;

    public static IReadOnlyList<string> Find(RunResult result)
    {
        var found = new List<string>();
        Tally tally = result.Tally;
        // Failures cost a server nothing: then its speed was not what was measured.
        if (result.BusiestLoop >= Saturated && tally.Good > tally.Failed)
        {
            found.Add(Invariant($"LoadClient's own processor time: a loop was busy {result.BusiestLoop:P0} of the time. Use more --threads, or further machines (merge puts their results together)."));
        }

        if (tally[ConnectionOutcome.NoLocalPort] is var ports and > 0)
        {
            found.Add(Invariant($"local ports: {ports} connections found none free. Give several addresses to --source, or wait for the TIME_WAIT sockets to go."));
        }

        if (tally[ConnectionOutcome.NoFileDescriptor] is var descriptors and > 0)
        {
            found.Add(Invariant($"descriptors: {descriptors} connections found none free. Raise ulimit -n, or lower -c."));
        }

        if (tally.Started > 0 && (double)tally.LateStarts / tally.Started >= ManyLate)
        {
            found.Add(Invariant($"late starts: {tally.LateStarts} of {tally.Started} connections began late, by up to {TimeSpan.FromMicroseconds(tally.LatestStart / 1000.0).TotalMilliseconds:F0} ms. All {result.Settings.Connections} connections (-c) were in use, or LoadClient was too slow for the rate."));
        }

        return found;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
