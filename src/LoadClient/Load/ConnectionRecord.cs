using LoadClient.Kernel;

namespace LoadClient.Load;

/// <summary>Writes down how each connection of a loop ended: in its tally, in the present interval, in the list of requests.</summary>
internal sealed class ConnectionRecord(Tally tally, IntervalFeed feed, IRequestRecorder? recorder, RunStart start)
{
    /// <summary>The run's start on the calendar, for the list of requests.</summary>
    private readonly long _startUnixMicroseconds = (long)(start.Date - DateTimeOffset.UnixEpoch).TotalMicroseconds;

    public Tally Tally => tally;

    public void Good(in ConnectionSlot slot, long end)
    {
        long connect = Microseconds(slot.Connected - slot.IntendedStart);
        long total = Microseconds(end - slot.IntendedStart);
        long waiting = Microseconds((slot.FirstByte == 0 ? end : slot.FirstByte) - slot.Connected);
        tally.CountEnd(ConnectionOutcome.Good, end);
        tally.Connect.Record(connect);
        tally.Processing.Record(total - connect);
        tally.Waiting.Record(waiting);
        tally.Total.Record(total);
        feed.Current.Total.RecordValue(LatencyStatistics.Limit(total));
        recorder?.Record(new RequestTimes(_startUnixMicroseconds + Microseconds(slot.IntendedStart - start.Timestamp), connect, waiting, total));
    }

    public void Failed(ConnectionOutcome outcome, int error, long end)
    {
        tally.CountEnd(outcome, end);
        feed.Current.Failed++;
        if (outcome == ConnectionOutcome.Other)
        {
            tally.CountOther(error);
        }
    }

    private static long Microseconds(long nanoseconds) => nanoseconds / MonotonicClock.Microsecond;
}
