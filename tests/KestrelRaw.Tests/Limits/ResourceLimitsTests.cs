using KestrelRaw.Limits;

namespace KestrelRaw.Tests.Limits;

/// <summary>The files are as kernels, podman, Docker, Kubernetes and systemd show them.</summary>
public sealed class ResourceLimitsTests : IDisposable
{
    private const string Version2Mount = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

    private readonly FakeSystem _system = new FakeSystem()
        .With("/proc/meminfo", "MemTotal:       25165824 kB\nMemFree:        1 kB\n")
        .With("/proc/cpuinfo", "processor\t: 0\nmodel name\t: x\n\nprocessor\t: 1\nmodel name\t: x\n")
        .With("/proc/sys/kernel/threads-max", "192729\n")
        .With("/proc/sys/kernel/pid_max", "32768\n")
        .With("/proc/self/status", "Name:\tdotnet\nUid:\t1654\t1654\t1654\t1654\nThreads:\t16\n")
        .With("/proc/self/limits", """
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             96364                96364                processes
            Max open files            10000                20000                files

            """);

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Read_NoControlGroups_TheMachineAndTheRlimits()
    {
        ResourceLimits limits = Read();
        Assert.Equal(new ResourceLimit(24.0 * 1024 * 1024 * 1024, LimitSource.Machine), limits.Memory);
        Assert.Equal(new ResourceLimit(2, LimitSource.Machine), limits.Processors);
        Assert.Equal(new ResourceLimit(32768, LimitSource.Machine), limits.Threads);
        Assert.Equal(16, limits.ThreadsInUse);
        Assert.Equal(new ResourceLimit(10000, LimitSource.Rlimit), limits.Descriptors);
    }

    [Fact]
    public void Read_ContainerOfVersion2_TheGroupAtTheMount()
    {
        _system.With("/proc/self/cgroup", "0::/\n").With("/proc/self/mountinfo", Version2Mount)
            .With("/sys/fs/cgroup/memory.max", "134217728\n")
            .With("/sys/fs/cgroup/cpu.max", "50000 100000\n")
            .With("/sys/fs/cgroup/pids.max", "600\n");
        AssertCgroup(Read(), memory: 128 << 20, processors: 0.5, threads: 600);
    }

    [Fact]
    public void Read_NestedGroupsOfVersion2_TheLowestOnTheWayUp()
    {
        _system.With("/proc/self/cgroup", "0::/system.slice/a.service/inner\n").With("/proc/self/mountinfo", Version2Mount)
            .With("/sys/fs/cgroup/system.slice/a.service/inner/memory.max", "max\n")
            .With("/sys/fs/cgroup/system.slice/a.service/inner/cpu.max", "max 100000\n")
            .With("/sys/fs/cgroup/system.slice/a.service/inner/pids.max", "500\n")
            .With("/sys/fs/cgroup/system.slice/a.service/memory.max", "300000000\n")
            .With("/sys/fs/cgroup/system.slice/a.service/cpu.max", "150000 100000\n")
            .With("/sys/fs/cgroup/system.slice/a.service/pids.max", "max\n")
            .With("/sys/fs/cgroup/system.slice/memory.max", "200000000\n")
            .With("/sys/fs/cgroup/system.slice/pids.max", "4000\n");
        AssertCgroup(Read(), memory: 200_000_000, processors: 1.5, threads: 500);
    }

    [Fact]
    public void Read_ContainerOfVersion1_TheGroupIsTheMountItself()
    {
        Version1("/libpod_parent/libpod-f1b5", "/libpod_parent/libpod-f1b5");
        _system
            .With("/sys/fs/cgroup/memory/memory.limit_in_bytes", "134217728\n")
            .With("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "100000\n")
            .With("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n")
            .With("/sys/fs/cgroup/pids/pids.max", "600\n");
        AssertCgroup(Read(), memory: 128 << 20, processors: 1, threads: 600);
    }

    [Fact]
    public void Read_GroupsOfVersion1OnTheMachine_TheLowestOnTheWayUp()
    {
        Version1("/", "/a/b");
        _system
            .With("/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n")
            .With("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "268435456\n")
            .With("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
            .With("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "25000\n")
            .With("/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n")
            .With("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "-1\n")
            .With("/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n")
            .With("/sys/fs/cgroup/pids/a/b/pids.max", "max\n")
            .With("/sys/fs/cgroup/pids/a/pids.max", "700\n");
        AssertCgroup(Read(), memory: 256 << 20, processors: 0.25, threads: 700);
    }

    [Theory]
    [InlineData("/", "/../../elsewhere")]
    [InlineData("/docker/abc", "/docker/abcdef")]
    [InlineData("/docker/abc", "/")]
    public void Read_GroupOutsideOfTheMount_TheMountIsTheNearest(string mountRoot, string group)
    {
        Version1(mountRoot, group);
        _system.With("/sys/fs/cgroup/pids/pids.max", "600\n");
        Assert.Equal(new ResourceLimit(600, LimitSource.Cgroup), Read().Threads);
    }

    [Fact]
    public void Read_BothVersionsMounted_TheControllersOfEither()
    {
        _system.With("/proc/self/cgroup", "3:memory:/a\n0::/\n")
            .With("/proc/self/mountinfo", Version2Mount.Replace("/sys/fs/cgroup", "/sys/fs/cgroup/unified", StringComparison.Ordinal) + Version1Mount("memory", "/"))
            .With("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "134217728\n")
            .With("/sys/fs/cgroup/unified/pids.max", "600\n");
        ResourceLimits limits = Read();
        Assert.Equal(new ResourceLimit(128 << 20, LimitSource.Cgroup), limits.Memory);
        Assert.Equal(new ResourceLimit(600, LimitSource.Cgroup), limits.Threads);
    }

    [Fact]
    public void Read_GroupAllowsMoreThanThereIs_TheMachine()
    {
        _system.With("/proc/self/cgroup", "0::/\n").With("/proc/self/mountinfo", Version2Mount)
            .With("/sys/fs/cgroup/memory.max", "999999999999\n")
            .With("/sys/fs/cgroup/cpu.max", "6400000 100000\n")
            .With("/sys/fs/cgroup/pids.max", "1000000\n");
        ResourceLimits limits = Read();
        Assert.All([limits.Memory, limits.Processors, limits.Threads], limit => Assert.Equal(LimitSource.Machine, limit?.Source));
    }

    [Fact]
    public void Read_RlimitOfProcesses_HoldsUsersButNotRoot()
    {
        _system.With("/proc/self/limits", "Max processes             400                 400                processes\n");
        Assert.Equal(new ResourceLimit(400, LimitSource.Rlimit), Read().Threads);
        _system.With("/proc/self/status", "Uid:\t0\t0\t0\t0\nThreads:\t16\n");
        Assert.Equal(new ResourceLimit(32768, LimitSource.Machine), Read().Threads);
    }

    [Fact]
    public void Read_FewMapsAllowed_LimitTheThreads()
    {
        _system.With("/proc/sys/vm/max_map_count", "65530\n").With("/proc/self/maps", string.Concat(Enumerable.Repeat("00400000-00401000 r--p 0 00:00 0\n", 1_000)));
        Assert.Equal(new ResourceLimit((65_530 - 2_000) / 4, LimitSource.Machine), Read().Threads);
    }

    [Fact]
    public void Read_Unlimited_IsNoLimit()
    {
        _system.With("/proc/self/limits", "Max processes             unlimited            unlimited            processes\nMax open files            unlimited            unlimited            files\n");
        Assert.Equal(LimitSource.Machine, Read().Threads?.Source);
        Assert.Null(Read().Descriptors);
    }

    [Fact]
    public void Read_FewerProcessorsThanTheMachineHas_Affinity() =>
        Assert.Equal(new ResourceLimit(1, LimitSource.Affinity), ResourceLimits.Read(_system.Files, processorCount: 1).Processors);

    [Fact]
    public void Read_NothingThere_IsUnknown()
    {
        using var empty = new FakeSystem();
        Assert.Equal(
            new ResourceLimits(Memory: null, new ResourceLimit(2, LimitSource.Machine), Threads: null, ThreadsInUse: 0, Descriptors: null),
            ResourceLimits.Read(empty.Files, processorCount: 2));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n:\n::\n1:memory\n")]
    [InlineData("what is this")]
    [InlineData("0::\n")]
    public void Read_OddFiles_IsUnknownAndNoFault(string odd)
    {
        foreach (string path in new[] { "cgroup", "mountinfo", "limits", "status" })
        {
            _system.With("/proc/self/" + path, odd);
        }

        _system.With("/proc/meminfo", odd).With("/sys/fs/cgroup/memory.max", odd).With("/sys/fs/cgroup/cpu.max", odd);
        Assert.Null(Read().Memory);
        _system.With("/proc/self/cgroup", "0::/\n").With("/proc/self/mountinfo", Version2Mount + " - \n1 2 - cgroup2\n1 2 3 4 5 - cgroup2 x y\n");
        Assert.Null(Read().Memory);
        Assert.Equal(new ResourceLimit(2, LimitSource.Machine), Read().Processors);
    }

    [Fact]
    public void Read_OfThisProcess_KnowsEverything()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc.");
        ResourceLimits limits = ResourceLimits.Read(new SystemFiles(), Environment.ProcessorCount);
        Assert.All([limits.Memory, limits.Processors, limits.Threads, limits.Descriptors], limit => Assert.True(limit?.Value > 0));
        Assert.True(limits.ThreadsInUse > 0);
    }

    private static string Version1Mount(string controllers, string root) =>
        $"40 30 0:31 {root} /sys/fs/cgroup/{controllers} ro,nosuid - cgroup cgroup rw,{controllers}\n";

    private static void AssertCgroup(ResourceLimits limits, double memory, double processors, double threads)
    {
        Assert.Equal(new ResourceLimit(memory, LimitSource.Cgroup), limits.Memory);
        Assert.Equal(new ResourceLimit(processors, LimitSource.Cgroup), limits.Processors);
        Assert.Equal(new ResourceLimit(threads, LimitSource.Cgroup), limits.Threads);
    }

    private void Version1(string mountRoot, string group)
    {
        string[] controllers = ["memory", "cpu,cpuacct", "pids"];
        _system.With("/proc/self/cgroup", string.Concat(controllers.Select((name, index) => $"{index + 1}:{name}:{group}\n")) + "0::/\n")
            .With("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/vda rw\n" + string.Concat(controllers.Select(name => Version1Mount(name, mountRoot))));
    }

    private ResourceLimits Read() => ResourceLimits.Read(_system.Files, processorCount: 2);
}
