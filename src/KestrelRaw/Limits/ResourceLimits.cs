namespace KestrelRaw.Limits;

/// <summary>What this process may use, as it is at the start; null is unknown.</summary>
/// <param name="Memory">Bytes.</param>
/// <param name="Processors">May be less than one, or a fraction: a quota of time.</param>
/// <param name="Threads">A control group's limit counts every process in it, the rlimit every process of the user.</param>
/// <param name="ThreadsInUse">The threads that count against it already.</param>
/// <param name="Descriptors">File descriptors.</param>
internal sealed record ResourceLimits(
    ResourceLimit? Memory, ResourceLimit? Processors, ResourceLimit? Threads, int ThreadsInUse, ResourceLimit? Descriptors)
{
    private const string RlimitsPath = "/proc/self/limits";
    private const string StatusPath = "/proc/self/status";

    /// <summary>A thread's stack and its signal stack, each with a page in front that faults. Counted with 1,000 threads.</summary>
    private const int MapsPerThread = 4;

    /// <param name="files">/proc and /sys.</param>
    /// <param name="processorCount">Those that the runtime counts: no more than the affinity and the rounded-up quota.</param>
    public static ResourceLimits Read(SystemFiles files, int processorCount)
    {
        var groups = new ControlGroups(files);
        return new ResourceLimits(
            ReadMemory(files, groups),
            ReadProcessors(files, groups, processorCount),
            ReadThreads(files, groups),
            ThreadsInUse: (int)(SystemFiles.ParseNumber(files.ReadWords(StatusPath, "Threads:").FirstOrDefault()) ?? 0),
            ResourceLimit.From(ReadRlimit(files, "Max open files"), LimitSource.Rlimit));
    }

    private static ResourceLimit? ReadMemory(SystemFiles files, ControlGroups groups) => ResourceLimit.Lowest(
        ResourceLimit.From(
            groups.Lowest("memory", group => files.ReadNumber($"{group}/memory.max") ?? files.ReadNumber($"{group}/memory.limit_in_bytes")),
            LimitSource.Cgroup),
        ResourceLimit.From(SystemFiles.ParseNumber(files.ReadWords("/proc/meminfo", "MemTotal:").FirstOrDefault()) * 1024, LimitSource.Machine));

    private static ResourceLimit? ReadProcessors(SystemFiles files, ControlGroups groups, int processorCount)
    {
        int online = files.ReadLines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal));
        return ResourceLimit.Lowest(
            ResourceLimit.From(groups.Lowest("cpu", group => ReadQuota(files, group)), LimitSource.Cgroup),
            new ResourceLimit(processorCount, processorCount < online ? LimitSource.Affinity : LimitSource.Machine));
    }

    /// <summary>Version 2 has quota and period in one file, version 1 in two; a quota of <c>max</c> or -1 is none.</summary>
    private static double? ReadQuota(SystemFiles files, string group)
    {
        string[] both = files.ReadWords($"{group}/cpu.max");
        (long? quota, long? period) = both.Length == 2
            ? (SystemFiles.ParseNumber(both[0]), SystemFiles.ParseNumber(both[1]))
            : (files.ReadNumber($"{group}/cpu.cfs_quota_us"), files.ReadNumber($"{group}/cpu.cfs_period_us"));
        return period > 0 ? (double?)quota / period : null;
    }

    private static ResourceLimit? ReadThreads(SystemFiles files, ControlGroups groups) => ResourceLimit.Lowest(
        ResourceLimit.From(groups.Lowest("pids", group => files.ReadNumber($"{group}/pids.max")), LimitSource.Cgroup),
        IsRoot(files) ? null : ResourceLimit.From(ReadRlimit(files, "Max processes"), LimitSource.Rlimit),
        ResourceLimit.From(files.ReadNumber("/proc/sys/kernel/threads-max"), LimitSource.Machine),
        ResourceLimit.From(files.ReadNumber("/proc/sys/kernel/pid_max"), LimitSource.Machine),
        ResourceLimit.From(ReadThreadsByMaps(files), LimitSource.Machine));

    /// <summary>
    /// The kernel limits the pieces of a process's memory: 65,530 of them are 16,000 threads. What is mapped at the start
    /// is taken twice, as much will be loaded yet.
    /// </summary>
    private static long? ReadThreadsByMaps(SystemFiles files) =>
        (files.ReadNumber("/proc/sys/vm/max_map_count") - (2 * files.ReadLines("/proc/self/maps").Count)) / MapsPerThread;

    /// <summary>The kernel doesn't hold root to RLIMIT_NPROC.</summary>
    private static bool IsRoot(SystemFiles files) => files.ReadWords(StatusPath, "Uid:").FirstOrDefault() == "0";

    /// <summary>The soft limit, the one in force.</summary>
    private static long? ReadRlimit(SystemFiles files, string name) => SystemFiles.ParseNumber(files.ReadWords(RlimitsPath, name).FirstOrDefault());
}
