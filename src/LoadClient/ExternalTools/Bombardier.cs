using System.Globalization;
using System.Text.Json;
using LoadClient.Load;
using LoadClient.Sweeps;

namespace LoadClient.ExternalTools;

/// <summary>bombardier, the load tester by codesenberg; Debian's package of this name is a game.</summary>
internal sealed class Bombardier : IExternalTool
{
    public string Name => "bombardier";

    public string VersionArgument => "--version";

    /// <summary>It prints <c>bombardier version v1.2.6 linux/amd64</c>.</summary>
    public string? FindVersion(string output) =>
        output.Split('\n').FirstOrDefault(line => line.StartsWith("bombardier version ", StringComparison.Ordinal) && line.Contains('/', StringComparison.Ordinal))?.Trim();

    public string? WhyNot(LoadSettings settings) => HttpTool.WhyNot(Name, settings) ?? settings switch
    {
        { Sources.Count: > 0 } => "bombardier can't choose its source address",
        { Requests: null, Duration.TotalSeconds: < 1 } => "bombardier runs for a second at least",
        _ => null,
    };

    /// <summary>
    /// Its own HTTP client (fasthttp) neither ends connections after one request, as -a asks, nor tells of an error before it
    /// has tried five times: Go's client (--http1) does both.
    /// </summary>
    public IReadOnlyList<string> Arguments(LoadSettings settings) =>
    [
        "--http1",
        "--disableKeepAlives",
        "--latencies",
        "--print", "result",
        "--format", "json",
        "--connections", settings.Connections.ToString(CultureInfo.InvariantCulture),
        "--timeout", Duration(settings.Timeout),
        .. Bound(settings),
        HttpTool.Url(settings.Target),
    ];

    public ToolResult Parse(string output, LoadSettings settings)
    {
        BombardierResult result = Read(output);
        IReadOnlyList<BombardierError> errors = result.Errors ?? [];

        // A request without a status is counted under others; one that failed later has a status and an error too.
        long complete = result.Req1xx + result.Req2xx + result.Req3xx + result.Req4xx + result.Req5xx + result.Others;
        long failed = Math.Min(complete, Math.Max(result.Others, errors.Sum(error => error.Count)));
        long status = complete - result.Req2xx - result.Others;
        long good = complete - failed;
        BombardierLatency? latency = good > 0 ? result.Latency : null;
        return new(
            result.TimeTakenSeconds > 0 ? good / result.TimeTakenSeconds : 0,
            Milliseconds(latency?.Percentiles?.GetValueOrDefault("50")),
            Milliseconds(latency?.Percentiles?.GetValueOrDefault("99")),
            Milliseconds(latency?.Max),
            complete,
            failed,
            HttpTool.Efficiency(settings, good, result.TimeTakenSeconds),
            SweepNotes.Join(
                string.Join(", ", errors.Select(error => $"{error.Count} {error.Description}")),
                HttpTool.LatenciesOfFailed(good, failed),
                status > 0 ? $"{status} with a status other than 2xx" : "",
                HttpTool.Unchecked(settings)));
    }

    private static BombardierResult Read(string output)
    {
        try
        {
            return JsonSerializer.Deserialize(output, BombardierJson.Default.BombardierReport)?.Result ?? throw new FormatException("null is no result.");
        }
        catch (JsonException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    private static string[] Bound(LoadSettings settings) => settings switch
    {
        { Requests: { } requests } => ["--requests", requests.ToString(CultureInfo.InvariantCulture)],
        { Duration: { } duration } => ["--duration", Duration(duration)],
        _ => throw new ArgumentException("Neither requests nor a duration.", nameof(settings)),
    };

    private static string Duration(TimeSpan time) => $"{(long)time.TotalMilliseconds}ms";

    /// <summary>From microseconds.</summary>
    private static double? Milliseconds(double? microseconds) => microseconds / 1000;
}
