using System.ComponentModel;
using LoadClient.Load;
using LoadClient.Targets;

namespace LoadClient.Reporting;

/// <summary>Turns what was measured into what is reported.</summary>
internal static class RunReportBuilder
{
    public static RunReport Build(RunResult result)
    {
        Tally tally = result.Tally;
        double seconds = result.TimeTaken.TotalSeconds;
        return new RunReport
        {
            ClientVersion = ClientVersion.Text,
            StartedAt = result.Start.Date,
            TimeTakenSeconds = seconds,
            IsPartial = result.IsPartial,
            Settings = Settings(result.Settings),
            Counts = new CountsReport(
                tally.Started,
                tally.Good,
                tally.Failed,
                tally.Started - tally.Ended,
                tally.LateStarts,
                TimeSpan.FromMicroseconds(tally.LatestStart / 1000.0).TotalMilliseconds,
                tally.Non2xx),
            Errors = ConnectionOutcomeNames.Errors.ToDictionary(error => error.Name(), error => tally[error]),
            OtherErrors = tally.OtherErrors.ToDictionary(error => new Win32Exception(error.Key).Message, error => error.Value),
            Bytes = new BytesReport(tally.BytesSent, tally.BytesReceived, tally.DocumentBytes),
            RequestsPerSecond = seconds > 0 ? tally.Good / seconds : 0,
            Efficiency = Efficiency(result),
            Server = new ServerReport(result.ServerSoftware, result.ReferenceBytes ?? 0),
            Latencies = new LatenciesReport(
                LatencyReportBuilder.Build(tally.Connect),
                LatencyReportBuilder.Build(tally.Processing),
                LatencyReportBuilder.Build(tally.Waiting),
                LatencyReportBuilder.Build(tally.Total)),
            Timeline = Timeline(result.Timeline),
            Client = new ClientReport(
                result.ProcessorTime.TotalSeconds,
                tally.Ended > 0 ? result.ProcessorTime.TotalMicroseconds / tally.Ended : 0,
                result.BusiestLoop,
                Bottlenecks.Find(result)),
        };
    }

    private static SettingsReport Settings(LoadSettings settings) => new(
        settings.Target.Url,
        settings.Target.Host,
        settings.Target.Port,
        settings.IsOwnRequest ? null : settings.Target.Path,
        settings.Target.Kind == TargetKind.Http,
        settings.Requests,
        settings.Duration?.TotalSeconds,
        settings.Connections,
        settings.Rate,
        settings.Timeout.TotalSeconds,
        settings.Request.Length,
        settings.IsOwnRequest,
        settings.ExpectBytes,
        settings.ExpectText,
        settings.ExpectDelay?.TotalSeconds,
        [.. settings.Sources.Select(source => source.ToString())],
        settings.Threads,
        settings.AnyLength);

    private static EfficiencyReport? Efficiency(RunResult result)
    {
        if (result.Settings.ExpectDelay is not { } delay)
        {
            return null;
        }

        long good = result.Tally.Good;
        double ideal = result.Settings.Rate is { } rate
            ? (Math.Max(0, good - 1) / rate) + delay.TotalSeconds
            : Math.Ceiling((double)good / result.Settings.Connections) * delay.TotalSeconds;
        return new EfficiencyReport(result.TimeTaken > TimeSpan.Zero && good > 0 ? ideal / result.TimeTaken.TotalSeconds : 0, ideal);
    }

    private static TimelineReport Timeline(Timeline timeline)
    {
        var points = new List<TimelinePointReport>();
        double start = 0;
        foreach (TimelinePoint point in timeline.Points)
        {
            bool hasGood = point.Good > 0;
            points.Add(new TimelinePointReport(
                start,
                point.Length.TotalSeconds,
                point.Good,
                point.Failed,
                hasGood ? point.P50 / 1000 : null,
                hasGood ? point.P99 / 1000 : null,
                hasGood ? point.Max / 1000 : null));
            start += point.Length.TotalSeconds;
        }

        return new TimelineReport(timeline.PointLength.TotalSeconds, points);
    }
}
