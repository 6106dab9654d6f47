using LoadClient.Faults;
using LoadClient.Reporting;
using LoadClient.Reporting.HdrLog;

namespace LoadClient.Merging;

/// <summary>Merges logs interval by interval: only their sums and one interval of each are in memory.</summary>
internal static class LogMerger
{
    private static readonly double[] Percentiles = [50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100];

    /// <summary>Reads every log twice: where the common window lies is known only after the first time.</summary>
    /// <returns>Null when there are faults.</returns>
    public static MergeReport? Merge(IReadOnlyList<string> paths, List<Fault> faults)
    {
        var union = new UnionHistogram();
        List<LogSummary> logs = [.. paths.Select(path => Summarize(path, union, faults)).OfType<LogSummary>()];
        if (logs.Count < paths.Count)
        {
            return null;
        }

        CommonWindow? window = CommonWindow.Of(logs);
        if (window is not null)
        {
            foreach (LoggedInterval interval in paths.SelectMany(IntervalLogReader.Read))
            {
                window.Add(interval);
            }
        }

        return new MergeReport(
            MergeReport.CurrentSchemaVersion,
            [.. logs.Select(ToReport)],
            union.Count,
            union.Count == 0 ? [] : [.. Percentiles.Select(percentile => new PercentileReport(percentile, union.MillisecondsAt(percentile)))],
            window?.ToReport());
    }

    /// <summary>All intervals of all logs as one log, in the order of their starts.</summary>
    /// <exception cref="ReportFileException">It can't be written.</exception>
    public static void WriteLog(IReadOnlyList<string> paths, string target)
    {
        using var log = new IntervalLog(target);
        List<IEnumerator<LoggedInterval>> sources = [.. paths.Select(path => IntervalLogReader.Read(path).GetEnumerator())];
        try
        {
            var heads = new PriorityQueue<IEnumerator<LoggedInterval>, double>();
            sources.ForEach(source => EnqueueNext(heads, source));
            while (heads.TryDequeue(out IEnumerator<LoggedInterval>? source, out double start))
            {
                log.Append(UnixTime.At(start), UnixTime.At(source.Current.EndSeconds) - UnixTime.At(start), source.Current.Histogram);
                EnqueueNext(heads, source);
            }
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
        }

        log.Finish();
    }

    private static void EnqueueNext(PriorityQueue<IEnumerator<LoggedInterval>, double> heads, IEnumerator<LoggedInterval> source)
    {
        if (source.MoveNext())
        {
            heads.Enqueue(source, source.Current.StartSeconds);
        }
    }

    private static LogSummary? Summarize(string path, UnionHistogram union, List<Fault> faults)
    {
        try
        {
            return LogSummary.Read(path, union);
        }
        catch (Exception exception) when (exception is InvalidDataException || ReportFile.IsFileFault(exception))
        {
            faults.Add(new Fault(path, exception.Message));
            return null;
        }
    }

    private static MergedFileReport ToReport(LogSummary log)
    {
        double seconds = log.EndSeconds - log.StartSeconds;
        return new MergedFileReport(log.Path, UnixTime.At(log.StartSeconds), UnixTime.At(log.EndSeconds), log.Count, seconds > 0 ? log.Count / seconds : null);
    }
}
