using KestrelRaw.Limits;

namespace KestrelRaw.Tests.Limits;

internal static class TestLimits
{
    public static ResourceLimits Threads(int count, int inUse = 0) =>
        new(Memory: null, Processors: null, new ResourceLimit(count, LimitSource.Cgroup), inUse, Descriptors: null);
}
