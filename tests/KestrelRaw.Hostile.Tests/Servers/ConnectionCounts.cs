using System.Globalization;
using System.Text.RegularExpressions;

namespace KestrelRaw.Hostile.Tests.Servers;

/// <summary>An endpoint's counts at one moment.</summary>
internal sealed partial record ConnectionCounts(long Accepted, long Active, IReadOnlyDictionary<string, long> Finished)
{
    /// <summary>Accepted = active + finished: the law.</summary>
    public bool AddUp => Accepted == Active + Finished.Values.Sum();

    /// <param name="metrics">Prometheus' text.</param>
    /// <param name="endpoint">The endpoint's name.</param>
    public static ConnectionCounts Parse(string metrics, string endpoint)
    {
        var finished = new Dictionary<string, long>();
        foreach (Match line in Finish().Matches(metrics).Where(line => line.Groups["endpoint"].Value == endpoint))
        {
            finished[line.Groups["outcome"].Value] = Number(line);
        }

        return new ConnectionCounts(Of("accepted_total"), Of("active"), finished);

        long Of(string name) => Number(Regex.Match(metrics, $$"""^kestrelraw_connections_{{name}}\{[^}]*kestrelraw_endpoint="{{endpoint}}"[^}]*\} (?<value>\d+)""", RegexOptions.Multiline));
    }

    public override string ToString() =>
        $"{Accepted} accepted, {Active} active, {string.Join(", ", Finished.Where(outcome => outcome.Value > 0).Select(outcome => $"{outcome.Key} {outcome.Value}"))}";

    private static long Number(Match line) => line.Success
        ? long.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture)
        : throw new InvalidDataException("The metrics lack the endpoint's counts.");

    [GeneratedRegex("""^kestrelraw_connections_finished_total\{[^}]*kestrelraw_endpoint="(?<endpoint>[^"]*)"[^}]*outcome="(?<outcome>[^"]*)"[^}]*\} (?<value>\d+)""", RegexOptions.Multiline)]
    private static partial Regex Finish();
}
