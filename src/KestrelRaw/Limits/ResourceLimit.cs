namespace KestrelRaw.Limits;

/// <summary>How much of something this process may have, and who says so.</summary>
internal readonly record struct ResourceLimit(double Value, LimitSource Source)
{
    public static ResourceLimit? From(double? value, LimitSource source) => value is { } known ? new ResourceLimit(known, source) : null;

    /// <summary>The one that is met first; null when none is known. Of equal ones the first.</summary>
    public static ResourceLimit? Lowest(params IEnumerable<ResourceLimit?> limits) =>
        limits.Where(limit => limit is not null).MinBy(limit => limit!.Value.Value);
}

/// <summary>Who sets a limit.</summary>
internal enum LimitSource
{
    /// <summary>There is no more of it.</summary>
    Machine,

    /// <summary>The processors that the scheduler may use for this process: taskset, a cpuset.</summary>
    Affinity,

    /// <summary>A control group: the container, or the service's unit.</summary>
    Cgroup,

    /// <summary>setrlimit(2): ulimit.</summary>
    Rlimit,
}
