namespace KestrelRaw.Connections.Tests.Transports;

internal static class TestData
{
    /// <summary>Bytes without a period, the same each time.</summary>
    public static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(42).NextBytes(bytes);
        return bytes;
    }

    /// <summary>For megabytes, of which xunit's own comparison would take a second each.</summary>
    public static void AssertSame(byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.Equal(expected.Length, expected.AsSpan().CommonPrefixLength(actual));
    }
}
