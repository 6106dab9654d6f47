namespace LoadClient.Load;

/// <summary>When a loop begins its next connection. Times are nanoseconds of the monotonic clock.</summary>
internal interface IStartSchedule
{
    const long Never = long.MaxValue;

    /// <summary>True when late starts are a fact of the run and not of the schedule.</summary>
    bool IsOpenLoop { get; }

    /// <summary>When the next connection is due; in the past when it is overdue, <see cref="Never"/> when there is none left.</summary>
    long NextDue(long now);

    /// <summary>Takes the next connection, which is due.</summary>
    /// <param name="now">The present.</param>
    /// <param name="intendedStart">What its latencies count from.</param>
    /// <returns>False when there is none left, which another loop may have taken.</returns>
    bool TryTake(long now, out long intendedStart);
}
