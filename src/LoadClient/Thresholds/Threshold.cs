using System.Diagnostics.CodeAnalysis;
using LoadClient.Reporting;
using static System.FormattableString;

namespace LoadClient.Thresholds;

/// <summary>A condition that makes the run fail: <c>p99&gt;600ms</c>, <c>failed&gt;1%</c>, <c>rps&lt;1000</c>.</summary>
internal sealed class Threshold
{
    private readonly ThresholdParts _parts;

    private Threshold(string expression, ThresholdParts parts)
    {
        Expression = expression;
        _parts = parts;
    }

    /// <summary>As given.</summary>
    public string Expression { get; }

    /// <summary>True for the efficiency: it exists only in a run with <c>--expect-delay</c>.</summary>
    public bool NeedsExpectedDelay => _parts.Key == ThresholdKey.Efficiency;

    /// <param name="text">The expression; spaces around its parts are allowed.</param>
    /// <param name="threshold">Null when the text is at fault.</param>
    /// <param name="fault">What is wrong and what is allowed.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Threshold? threshold, [NotNullWhen(false)] out string? fault)
    {
        threshold = ThresholdParts.TryParse(text, out ThresholdParts? parts, out fault) ? new Threshold(text, parts) : null;
        return threshold is not null;
    }

    public ThresholdReport Evaluate(RunReport report) => _parts.Key switch
    {
        ThresholdKey.Latency when report.Latencies.Total.Count == 0 => new ThresholdReport(Expression, "no good connection", IsBroken: true),
        ThresholdKey.Latency => Compare(report.Latencies.Total.At(_parts.Percentile), milliseconds => Invariant($"{milliseconds:0.###} ms")),
        ThresholdKey.Failed when _parts.IsShare => Compare(Share(report.Counts), share => Invariant($"{share:0.###} %")),
        ThresholdKey.Failed => Compare(report.Counts.Failed, count => Invariant($"{count}")),
        ThresholdKey.Rate => Compare(report.RequestsPerSecond, rate => Invariant($"{rate:0.##}/s")),
        ThresholdKey.Efficiency when report.Efficiency is { } efficiency => Compare(efficiency.Value, value => Invariant($"{value:0.###}")),

        // What can't be told can't be promised either.
        _ => new ThresholdReport(Expression, "no efficiency", IsBroken: true),
    };

    private static double Share(CountsReport counts) => counts.Complete == 0 ? 0 : 100.0 * counts.Failed / counts.Complete;

    private ThresholdReport Compare(double measured, Func<double, string> format) => new(Expression, format(measured), _parts.Comparison switch
    {
        ">" => measured > _parts.Limit,
        ">=" => measured >= _parts.Limit,
        "<" => measured < _parts.Limit,
        _ => measured <= _parts.Limit,
    });
}
