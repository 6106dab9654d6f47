using System.Globalization;
using KestrelRaw.Endpoints;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Limits;

/// <summary>What is said of the limits at start: what they are, and which endpoint will meet one.</summary>
internal sealed partial class LimitsReport(ResourceLimits limits, ThreadBudget threads, ILogger<LimitsReport> logger)
{
    /// <summary>An unlimited pool meets a limit sooner or later; it is news where a common load test is enough for it.</summary>
    private const int CommonLoad = 10_000;

    public void Tell(IEnumerable<BoundEndpoint> endpoints)
    {
        InForce(logger, Memory(limits.Memory), Processors(limits.Processors), Count(limits.Threads, "threads"), Count(limits.Descriptors, "file descriptors"));
        if (limits.Threads?.Value - limits.ThreadsInUse < ThreadBudget.Reserve)
        {
            TooFewThreads(logger, Count(limits.Threads, "threads"), limits.ThreadsInUse, ThreadBudget.Reserve);
        }

        foreach (BoundEndpoint endpoint in endpoints.Where(endpoint => endpoint.Settings.Model == ConnectionModel.Threads))
        {
            int? size = endpoint.Settings.Pool.Adaptive?.Maximum ?? endpoint.Admission.Pool.Size;
            double most = size ?? Math.Min(CommonLoad, limits.Descriptors?.Value ?? CommonLoad);
            if (threads.Capacity is { } capacity && capacity < most)
            {
                FewThreads(logger, endpoint.Name, size?.ToString(CultureInfo.InvariantCulture) ?? "unlimited", Count(limits.Threads, "threads"), capacity);
            }
        }
    }

    internal static string Memory(ResourceLimit? limit)
    {
        const double MiB = 1 << 20, GiB = 1 << 30;
        return Text(limit, "memory", bytes => bytes < GiB ? Number(bytes / MiB, "0.#", "MiB") : Number(bytes / GiB, "0.#", "GiB"));
    }

    internal static string Processors(ResourceLimit? limit) => Text(limit, limit?.Value == 1 ? "CPU" : "CPUs", count => Number(count, "0.##"));

    internal static string Count(ResourceLimit? limit, string what) => Text(limit, what, count => Number(count, "N0"));

    private static string Text(ResourceLimit? limit, string what, Func<double, string> format) =>
        limit is { } known ? $"{format(known.Value)} {what} ({Name(known.Source)})" : $"{what} unknown";

    private static string Number(double value, string format, string unit = "") => $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}".TrimEnd();

    private static string Name(LimitSource source) => source.ToString().ToLowerInvariant();

    [LoggerMessage(33, LogLevel.Information, "Limits: {Memory}, {Processors}, {Threads}, {Descriptors}", EventName = "Limits")]
    private static partial void InForce(ILogger logger, string memory, string processors, string threads, string descriptors);

    [LoggerMessage(34, LogLevel.Warning, "Endpoint {Endpoint}: its pool is {Size}, but of {Threads} that this process may have, {Capacity} are left for connections; further ones are accepted and wait for a thread. Raise the limit (ulimit -u, the container's pids) or lower Pool:Size", EventName = "FewThreads")]
    private static partial void FewThreads(ILogger logger, string endpoint, string size, string threads, int capacity);

    [LoggerMessage(35, LogLevel.Warning, "Of {Threads} that this process may have, {InUse} are taken at start already, and fewer than {Reserve} are free for what the runtime and a health check need; a process whose runtime gets no thread is ended. Raise the limit (ulimit -u, the container's pids)", EventName = "TooFewThreads")]
    private static partial void TooFewThreads(ILogger logger, string threads, int inUse, int reserve);
}
