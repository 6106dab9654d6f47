using LoadClient.Load;
using static System.FormattableString;

namespace LoadClient.Progress;

/// <summary>What a person wants to know of a run that goes on.</summary>
internal sealed class ProgressEstimate(LoadSettings settings)
{
    /// <summary>The rate is that of the last so many looks: two seconds.</summary>
    private const int Looks = 8;

    private readonly Queue<RunProgress> _looks = new();

    /// <summary>0 to 1.</summary>
    public double Share { get; private set; }

    /// <summary>Connections ended, of how many; or how much of the time is over.</summary>
    public string Done { get; private set; } = "";

    /// <summary>How long the rest takes at the present rate.</summary>
    public string Left { get; private set; } = "";

    /// <summary>Rate, connections in flight, errors, percentiles so far.</summary>
    public string Figures { get; private set; } = "";

    public bool HasErrors { get; private set; }

    public void Take(RunProgress progress)
    {
        _looks.Enqueue(progress);
        RunProgress before = _looks.Count > Looks ? _looks.Dequeue() : _looks.Peek();
        double seconds = (progress.Elapsed - before.Elapsed).TotalSeconds;
        double rate = seconds > 0 ? (progress.Ended - before.Ended) / seconds : 0;

        Share = Math.Clamp(settings.Requests is { } requests ? (double)progress.Ended / requests : progress.Elapsed / settings.Duration!.Value, 0, 1);
        Done = settings.Requests is { } all ? Invariant($"{progress.Ended} of {all}") : Invariant($"{progress.Ended} in {progress.Elapsed.TotalSeconds:F0} s");
        HasErrors = progress.Failed > 0;
        string latency = progress is { P50: { } p50, P99: { } p99 } ? Invariant($"p50 {p50.TotalMilliseconds:F1} ms, p99 {p99.TotalMilliseconds:F1} ms") : "no percentiles yet";
        Figures = Invariant($"{rate:F0}/s, {progress.InFlight} in flight, {progress.Failed} failed, {latency}");
        Left = EstimateLeft(progress, rate);
    }

    private string EstimateLeft(RunProgress progress, double rate)
    {
        if (settings.Duration is { } duration)
        {
            return progress.Elapsed < duration ? Invariant($"{(duration - progress.Elapsed).TotalSeconds:F0} s left") : "waiting for the last";
        }

        return rate > 0 ? Invariant($"{(settings.Requests!.Value - progress.Ended) / rate:F0} s left") : "time left unknown";
    }
}
