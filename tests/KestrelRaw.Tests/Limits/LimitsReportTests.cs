using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;
using KestrelRaw.Limits;
using KestrelRaw.TestHelpers;
using KestrelRaw.Tests.Endpoints;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Tests.Limits;

public sealed class LimitsReportTests
{
    [Fact]
    public void Tell_Container_IsOneLine()
    {
        LogEntry line = Assert.Single(Tell(
            new ResourceLimits(
                new ResourceLimit(128 << 20, LimitSource.Cgroup), new ResourceLimit(1, LimitSource.Cgroup),
                new ResourceLimit(600, LimitSource.Cgroup), ThreadsInUse: 16, new ResourceLimit(10_000, LimitSource.Rlimit)),
            ConnectionModel.Threads, size: 500));
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Equal("Limits: 128 MiB memory (cgroup), 1 CPU (cgroup), 600 threads (cgroup), 10,000 file descriptors (rlimit)", line.Message);
    }

    [Fact]
    public void Tell_NothingKnown_SaysUnknown() => Assert.Equal(
        "Limits: memory unknown, CPUs unknown, threads unknown, file descriptors unknown",
        Assert.Single(Tell(new ResourceLimits(null, null, null, 0, null), ConnectionModel.Threads, size: null)).Message);

    [Theory]
    [InlineData(1.5 * (1 << 30), "1.5 GiB memory (machine)")]
    [InlineData(1000.0 * (1 << 20), "1000 MiB memory (machine)")]
    public void Memory_IsInItsUnit(double bytes, string expected) =>
        Assert.Equal(expected, LimitsReport.Memory(new ResourceLimit(bytes, LimitSource.Machine)));

    [Theory]
    [InlineData(0.5, "0.5 CPUs (cgroup)")]
    [InlineData(2, "2 CPUs (cgroup)")]
    public void Processors_MayBeAFraction(double count, string expected) =>
        Assert.Equal(expected, LimitsReport.Processors(new ResourceLimit(count, LimitSource.Cgroup)));

    [Theory]
    [InlineData(520, false)]
    [InlineData(521, true)]
    [InlineData(null, true)]
    public void Tell_PoolBeyondTheThreads_WarnsWithBothNumbers(int? size, bool isWarned)
    {
        IReadOnlyList<LogEntry> lines = Tell(TestLimits.Threads(600, inUse: 16), ConnectionModel.Threads, size);
        Assert.Equal(isWarned ? 2 : 1, lines.Count);
        if (isWarned)
        {
            Assert.Equal(LogLevel.Warning, lines[1].Level);
            Assert.Contains($"its pool is {size?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unlimited"}, but of 600 threads (cgroup)", lines[1].Message, StringComparison.Ordinal);
            Assert.Contains("520 are left", lines[1].Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tell_UnlimitedPoolWithFewerDescriptorsThanThreads_DoesNotWarn() => Assert.Single(Tell(
        TestLimits.Threads(2048) with { Descriptors = new ResourceLimit(1024, LimitSource.Rlimit) }, ConnectionModel.Threads, size: null));

    [Fact]
    public void Tell_UnlimitedPoolOnAMachineOfItsOwn_DoesNotWarn() =>
        Assert.Single(Tell(TestLimits.Threads(32_768), ConnectionModel.Threads, size: null));

    [Fact]
    public void Tell_AsyncEndpoint_NeedsNoThreads() => Assert.Single(Tell(TestLimits.Threads(600), ConnectionModel.Async, size: null));

    [Fact]
    public void Tell_FewerThreadsThanTheReserve_Warns()
    {
        IReadOnlyList<LogEntry> lines = Tell(TestLimits.Threads(40, inUse: 16), ConnectionModel.Async, size: null);
        Assert.Equal(2, lines.Count);
        Assert.Contains("Of 40 threads (cgroup) that this process may have, 16 are taken at start", lines[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tell_AdaptivePool_CountsWithItsMaximum()
    {
        var adaptive = new PoolSettings("test", null, null, new AdaptivePoolSizeOptions { Maximum = 521 });
        IReadOnlyList<LogEntry> lines = Tell(TestLimits.Threads(600, inUse: 16), ConnectionModel.Threads, size: 20, adaptive);
        Assert.Contains("its pool is 521, but of 600 threads (cgroup)", lines[^1].Message, StringComparison.Ordinal);
        adaptive = adaptive with { Adaptive = new AdaptivePoolSizeOptions { Maximum = 520 } };
        Assert.Single(Tell(TestLimits.Threads(600, inUse: 16), ConnectionModel.Threads, size: 20, adaptive));
    }

    private static IReadOnlyList<LogEntry> Tell(ResourceLimits limits, ConnectionModel model, int? size, PoolSettings? pool = null)
    {
        using var log = new CollectingLogger();
        using var threads = new ThreadBudget(limits);
        EndpointSettings settings = TestSettings.Endpoint(model);
        using var endpoint = new BoundEndpoint(pool is null ? settings : settings with { Pool = pool }, [], new ConnectionPool(size));
        new LimitsReport(limits, threads, new Logger<LimitsReport>(log)).Tell([endpoint]);
        return [.. log.Entries];
    }
}
