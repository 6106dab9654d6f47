using System.Globalization;
using System.Text.RegularExpressions;
using LoadClient.Load;
using LoadClient.Sweeps;

namespace LoadClient.ExternalTools;

/// <summary>ab, of the Apache HTTP Server.</summary>
internal sealed partial class ApacheBench : IExternalTool
{
    /// <summary>Of its own check of -c.</summary>
    private const int MostConnections = 20_000;

    /// <summary>
    /// For a run bounded by its time ab still makes room for every request beforehand (40 bytes each) and ends when it has
    /// done so many. A connection costs ab 60 microseconds or more, so that it never gets this far.
    /// </summary>
    private const int MostRequestsPerSecond = 20_000;

    public string Name => "ab";

    public string VersionArgument => "-V";

    public string? FindVersion(string output) =>
        output.Split('\n').FirstOrDefault(line => line.Contains("ApacheBench", StringComparison.Ordinal))?.Trim();

    public string? WhyNot(LoadSettings settings) => HttpTool.WhyNot(Name, settings) ?? settings switch
    {
        { Connections: > MostConnections } => $"ab has at most {MostConnections} connections at once",
        { Requests: { } requests } when requests < settings.Connections => "ab wants at least as many requests as connections at once",
        { Requests: > int.MaxValue } => $"ab counts to {int.MaxValue}",
        { Sources.Count: > 1 } => "ab connects from one address only",
        _ => null,
    };

    public IReadOnlyList<string> Arguments(LoadSettings settings) =>
    [
        "-q",
        // Go on after a reset, as this program does.
        "-r",
        .. settings.AnyLength ? ["-l"] : Array.Empty<string>(),
        .. Bound(settings),
        "-c", Text(settings.Connections),
        "-s", Text(Seconds(settings.Timeout)),
        .. settings.Sources.SelectMany(source => new[] { "-B", source.ToString() }),
        HttpTool.Url(settings.Target),
    ];

    public ToolResult Parse(string output, LoadSettings settings)
    {
        long complete = (long)(Number(CompleteLine(), output) ?? throw new FormatException("ab's report has no line 'Complete requests'."));
        long failed = (long)(Number(FailedLine(), output) ?? throw new FormatException("ab's report has no line 'Failed requests'."));
        double rate = Number(RateLine(), output) ?? 0;
        double seconds = Number(TimeLine(), output) ?? 0;

        // ab may count one failed connection twice, as an exception and as its receive error; and its rate is that of all
        // complete ones.
        failed = Math.Min(failed, complete);
        long good = complete - failed;
        return new(
            good > 0 ? rate * good / complete : 0,
            good > 0 ? Number(MedianLine(), output) : null,
            good > 0 ? Number(Percentile99Line(), output) : null,
            good > 0 ? Number(LongestLine(), output) : null,
            complete,
            failed,
            HttpTool.Efficiency(settings, good, seconds),
            SweepNotes.Join(FailureKinds(output), HttpTool.LatenciesOfFailed(good, failed), HttpTool.Unchecked(settings)));
    }

    /// <summary>-t sets -n to 50,000, so that an -n of one's own must come after it.</summary>
    private static string[] Bound(LoadSettings settings) => settings switch
    {
        { Requests: { } requests } => ["-n", Text(requests)],
        { Duration: { } duration } => ["-t", Text(Seconds(duration)), "-n", Text(Math.Clamp(Seconds(duration) * MostRequestsPerSecond, settings.Connections, int.MaxValue))],
        _ => throw new ArgumentException("Neither requests nor a duration.", nameof(settings)),
    };

    /// <summary>ab knows whole seconds only.</summary>
    private static long Seconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalSeconds));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string FailureKinds(string output)
    {
        IEnumerable<string> kinds = FailureKind().Matches(FailureKindsLine().Match(output).Value)
            .Where(kind => kind.Groups["count"].Value != "0")
            .Select(kind => $"{kind.Groups["count"].Value} {kind.Groups["kind"].Value.ToLowerInvariant()}");
        string status = Number(StatusLine(), output) is { } other ? $"{other} with a status other than 2xx" : "";
        return SweepNotes.Join(string.Join(", ", kinds), status);
    }

    private static double? Number(Regex line, string output) =>
        line.Match(output) is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"^Complete requests:\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex CompleteLine();

    [GeneratedRegex(@"^Failed requests:\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex FailedLine();

    [GeneratedRegex(@"^Requests per second:\s+(\d+(?:\.\d+)?)", RegexOptions.Multiline)]
    private static partial Regex RateLine();

    [GeneratedRegex(@"^Time taken for tests:\s+(\d+(?:\.\d+)?)", RegexOptions.Multiline)]
    private static partial Regex TimeLine();

    [GeneratedRegex(@"^Non-2xx responses:\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^\s+50%\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex MedianLine();

    [GeneratedRegex(@"^\s+99%\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex Percentile99Line();

    [GeneratedRegex(@"^\s+100%\s+(\d+) \(longest request\)", RegexOptions.Multiline)]
    private static partial Regex LongestLine();

    [GeneratedRegex(@"^\s+\(Connect: .*\)", RegexOptions.Multiline)]
    private static partial Regex FailureKindsLine();

    [GeneratedRegex(@"(?<kind>[A-Za-z]+): (?<count>\d+)")]
    private static partial Regex FailureKind();
}
