using System.Net;
using KestrelRaw.Admin.Security;
using KestrelRaw.TestHelpers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace KestrelRaw.Tests.Admin.Security;

public sealed class ConnectionPlacesTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly CollectingLogger _logger = new();
    private readonly ConnectionPlaces _places;

    public ConnectionPlacesTests() => _places = new ConnectionPlaces(_clock, new Logger<ConnectionPlaces>(_logger));

    public void Dispose()
    {
        _places.Dispose();
        _logger.Dispose();
    }

    [Fact]
    public void Enter_PlacesAreLeft_NobodyLoses()
    {
        TestConnection[] all = EnterMany(ConnectionPlaces.Count, "10.0.0.1");
        Assert.All(all, connection => Assert.False(connection.IsAborted));
        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public void Enter_OneClientHasTheMost_LosesItsOldestAndNobodyElse()
    {
        TestConnection good = Enter("10.0.0.2");
        TestConnection[] hostile = EnterMany(ConnectionPlaces.Count - 1, "10.0.0.1");
        for (int i = 0; i < hostile.Length; i++)
        {
            Enter("10.0.0.1");
            Assert.Equal(i + 1, hostile.Count(connection => connection.IsAborted));
            Assert.True(hostile[i].IsAborted);
        }

        Assert.False(good.IsAborted);
    }

    [Fact]
    public void Enter_AsMuchAsTheOther_LosesItsOwn()
    {
        TestConnection[] good = EnterMany(ConnectionPlaces.Count / 2, "10.0.0.2");
        TestConnection[] hostile = EnterMany(ConnectionPlaces.Count / 2, "10.0.0.1");
        Enter("10.0.0.1");
        Assert.True(hostile[0].IsAborted);
        Assert.All(good, connection => Assert.False(connection.IsAborted));
    }

    [Fact]
    public void Enter_RequestsUnderWay_LosesTheIdleOneAndThenTheOldestRequest()
    {
        TestConnection[] all = EnterMany(ConnectionPlaces.Count, "10.0.0.1");
        foreach (TestConnection busy in all.Where((_, index) => index != 3).Reverse())
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            busy.Place.Note(PlaceUse.Asked);
        }

        TestConnection next = Enter("10.0.0.1");
        Assert.Equal([all[3]], all.Where(connection => connection.IsAborted));
        next.Place.Note(PlaceUse.Asked);
        Enter("10.0.0.1");
        Assert.Equal([all[3], all[^1]], all.Where(connection => connection.IsAborted));
        Assert.False(next.IsAborted);
    }

    [Fact]
    public void Enter_RequestWasAnswered_IsIdleFromThen()
    {
        TestConnection[] all = EnterMany(ConnectionPlaces.Count, "10.0.0.1");
        _clock.Advance(TimeSpan.FromSeconds(1));
        all[0].Place.Note(PlaceUse.Asked);
        all[0].Place.Note(PlaceUse.Idle);
        Enter("10.0.0.1");
        Assert.False(all[0].IsAborted);
        Assert.True(all[1].IsAborted);
    }

    [Fact]
    public void Enter_OneIsBeingClosed_LosesThatBeforeOneWhoseRequestIsStillToCome()
    {
        TestConnection[] all = EnterMany(ConnectionPlaces.Count, "10.0.0.1");
        all[^1].Place.Note(PlaceUse.Asked);
        _clock.Advance(TimeSpan.FromSeconds(1));
        all[^1].Place.Note(PlaceUse.Closing);
        Enter("10.0.0.1");
        Assert.Equal([all[^1]], all.Where(connection => connection.IsAborted));
    }

    [Theory]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("2001:db8::1", "2001:db8::2:3")]
    public void Enter_AddressesOfOneClient_CountTogether(string one, string other)
    {
        EnterMany(5, "10.0.0.2");
        TestConnection[] hostile = [.. Enumerable.Range(0, ConnectionPlaces.Count - 5).Select(index => Enter(index % 2 == 0 ? one : other))];
        for (int i = 0; i < 8; i++)
        {
            Enter(one);
        }

        Assert.Equal(8, hostile.Count(connection => connection.IsAborted));
    }

    [Fact]
    public async Task Dispose_GivesThePlaceAndTheDescriptorBack()
    {
        TestConnection first = Enter("10.0.0.1");
        EnterMany(ConnectionPlaces.Count - 1, "10.0.0.1");
        await first.Place.DisposeAsync();
        await first.Place.DisposeAsync();
        Enter("10.0.0.1");
        Assert.False(first.IsAborted);
        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public async Task Reserve_DescriptorsAreOut_WaitsForOneThatIsGivenBack()
    {
        TestConnection first = Enter("10.0.0.1");
        EnterMany(ConnectionPlaces.Count + 3, "10.0.0.1");
        Task next = _places.ReserveAsync(CancellationToken.None);
        Assert.False(next.IsCompleted);
        await first.Place.DisposeAsync();
        await next.OrHang();
    }

    [Fact]
    public void Enter_PlacesAreTaken_IsSaidOnceAMinute()
    {
        Enter("10.0.0.2");
        EnterMany(ConnectionPlaces.Count + 2, "10.0.0.1");
        Assert.Contains("10.0.0.1 has the most,", Assert.Single(_logger.Named("AdminPlacesTaken")).Message, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(1));
        EnterMany(1, "10.0.0.1");
        Assert.Equal(2, _logger.Entries.Count);
    }

    private TestConnection[] EnterMany(int count, string client) => [.. Enumerable.Range(0, count).Select(_ => Enter(client))];

    private TestConnection Enter(string client)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var connection = new TestConnection { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(client), 1) };
        _ = _places.ReserveAsync(CancellationToken.None);
        connection.Place = _places.Enter(connection);
        return connection;
    }

    private sealed class TestConnection : DefaultConnectionContext
    {
        public PlacedConnection Place { get; set; } = null!;

        public bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }
}
