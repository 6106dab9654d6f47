using System.Globalization;
using LoadClient.Kernel;

namespace LoadClient.Tests.Kernel;

public sealed class DescriptorLimitTests
{
    [Fact]
    public void MakeRoom_ManyConnections_KernelsTableIsLargeEnough()
    {
        int open = DescriptorLimit.CountOpen();
        DescriptorLimit.MakeRoom(3000);
        Assert.InRange(TableSize(), Math.Min(3000, DescriptorLimit.ForConnections()), long.MaxValue);
        Assert.InRange(DescriptorLimit.CountOpen(), 0, open + 100);
    }

    [Fact]
    public void MakeRoom_MoreThanTheLimit_IsNoFault() => DescriptorLimit.MakeRoom(int.MaxValue);

    private static long TableSize() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("FDSize:", StringComparison.Ordinal)).Split('\t')[1],
        CultureInfo.InvariantCulture);
}
