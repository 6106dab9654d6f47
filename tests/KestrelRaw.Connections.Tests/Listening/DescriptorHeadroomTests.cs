using System.Net.Sockets;
using KestrelRaw.Connections.Diagnostics;
using KestrelRaw.Connections.Listening;

namespace KestrelRaw.Connections.Tests.Listening;

/// <summary>The numbers of descriptors are the whole process's: no other test may open and close sockets meanwhile.</summary>
[CollectionDefinition(nameof(DescriptorHeadroomTests), DisableParallelization = true)]
[Collection(nameof(DescriptorHeadroomTests))]
public sealed class DescriptorHeadroomTests
{
    [Fact]
    public void IsExhausted_NumberBelowTheReserve_IsFalse()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var headroom = new DescriptorHeadroom((int)socket.Handle + DescriptorHeadroom.Reserve + 1, WithConnections());
        headroom.Observe(socket.SafeHandle);
        Assert.False(headroom.IsExhausted());
    }

    [Fact]
    public void IsExhausted_NumberInTheReserve_IsTrueUntilALowerOneIsFree()
    {
        // What other tests left to the finalizers would make gaps later.
        GC.Collect();
        GC.WaitForPendingFinalizers();

        // Fill every gap below the reserve, as a process full of connections does.
        var filler = new List<Socket>();
        do
        {
            filler.Add(new Socket(SocketType.Stream, ProtocolType.Tcp));
        }
        while (filler.Count < 2 || filler[^1].Handle != filler[^2].Handle + 1);

        using Socket last = new(SocketType.Stream, ProtocolType.Tcp);
        var headroom = new DescriptorHeadroom((int)filler[^1].Handle + DescriptorHeadroom.Reserve, WithConnections());
        headroom.Observe(last.SafeHandle);
        Assert.True(headroom.IsExhausted());

        filler.ForEach(socket => socket.Dispose());
        Assert.False(headroom.IsExhausted());
    }

    [Fact]
    public void IsExhausted_UnknownLimit_IsFalse()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var headroom = new DescriptorHeadroom(null, WithConnections());
        headroom.Observe(socket.SafeHandle);
        Assert.False(headroom.IsExhausted());
    }

    [Fact]
    public void OfThisProcess_Linux_HasTheLimit()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");
        Assert.True(DescriptorHeadroom.OfThisProcess(WithConnections()).Limit > DescriptorHeadroom.Reserve);
    }

    [Fact]
    public void IsExhausted_NoConnections_IsFalseWhateverIsLeft()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var counters = new ConnectionCountersRegistry();
        var headroom = new DescriptorHeadroom(0, counters);
        headroom.Observe(socket.SafeHandle);
        Assert.True(headroom.IsTooSmall());
        Assert.False(headroom.IsExhausted());

        counters.For("async").CountAccepted();
        Assert.True(headroom.IsExhausted());
        counters.For("async").CountFinished(ConnectionOutcome.Completed);
        Assert.False(headroom.IsExhausted());
    }

    private static ConnectionCountersRegistry WithConnections()
    {
        var counters = new ConnectionCountersRegistry();
        counters.For("async").CountAccepted();
        return counters;
    }
}
