using KestrelRaw.Configuration;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;
using KestrelRaw.Hosting;
using KestrelRaw.TestHelpers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Tests.Hosting;

/// <summary>Saves of the file that concern a pool which finds its own size, or is to.</summary>
public sealed class AdaptivePoolChangeTests : IDisposable
{
    private const string Pool = "KestrelRaw:Endpoints:p:Pool:";

    private readonly CollectingLogger _log = new();
    private LoadedConfiguration? _saved;
    private BoundEndpoint? _endpoint;
    private LiveSettings? _live;

    public void Dispose()
    {
        _live?.Dispose();
        _endpoint?.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void Save_SizeAndBoundsOfAnAdaptivePool_AreForTheNextStart()
    {
        ConnectionPool pool = Start(("Adaptive:Enabled", "true"), ("Size", "30"));
        pool.Resize(77);
        Save(("Adaptive:Enabled", "true"), ("Size", "40"), ("Adaptive:Maximum", "50"));
        Assert.Equal(77, pool.Size);
        Assert.Equal(
            [$"{Pool}Adaptive:Maximum changed from 1000 to 50: this takes effect at the next start", $"{Pool}Size changed from 30 to 40: this takes effect at the next start"],
            Told("SettingChangedForNextStart"));
        Assert.Empty(Told("SettingChanged"));
        Assert.Equal(1000, _endpoint!.Settings.Pool.Adaptive!.Maximum);
    }

    [Fact]
    public void Save_PoolBecomesAdaptive_KeepsItsSizeUntilTheNextStart()
    {
        ConnectionPool pool = Start(("Size", "30"));
        Save(("Adaptive:Enabled", "true"), ("Size", "40"));
        Assert.Equal(30, pool.Size);
        Assert.Null(_endpoint!.Settings.Pool.Adaptive);
        Assert.Null(_endpoint.Admission.GetOptions().CoDel);

        Save(("Size", "40"));
        Assert.Equal(40, pool.Size);
    }

    [Fact]
    public void Save_PoolIsNoLongerAdaptive_GoesOnUntilTheNextStart()
    {
        ConnectionPool pool = Start(("Adaptive:Enabled", "true"));
        Save(("Size", "5"));
        Assert.Equal(20, pool.Size);
        Assert.NotNull(_endpoint!.Settings.Pool.Adaptive);
        Assert.NotNull(_endpoint.Admission.GetOptions().CoDel);
    }

    [Fact]
    public void Save_CoDel_TakesEffect()
    {
        Start(("WhenFull", "Queue"));
        Save(("WhenFull", "Queue"), ("CoDel:Enabled", "true"), ("CoDel:Target", "8ms"));
        Assert.Equal(new CoDelOptions { Target = TimeSpan.FromMilliseconds(8) }, _endpoint!.Admission.GetOptions().CoDel);
        Assert.Equal(2, Told("SettingChanged").Length);

        Save(("WhenFull", "Queue"), ("PerClient", "3"));
        Assert.Null(_endpoint.Admission.GetOptions().CoDel);
        Assert.Equal(WhenFull.Queue, _endpoint.Admission.GetOptions().WhenFull);
    }

    private ConnectionPool Start(params (string Key, string Value)[] pool)
    {
        LoadedConfiguration configuration = Load(pool);
        EndpointSettings settings = configuration.Settings.Endpoints[0];
        _endpoint = new BoundEndpoint(settings, [], new ConnectionPool(settings.Pool.StartSize) { Name = "p" });
        _live = new LiveSettings(_ => _saved, configuration.Root, [_endpoint], TimeProvider.System, new Logger<LiveSettings>(_log));
        return _endpoint.Admission.Pool;
    }

    private void Save(params (string Key, string Value)[] pool)
    {
        _saved = Load(pool);
        _live!.Load();
    }

    /// <summary>Without a look at the faults: the work, MongoDb, is not what this is about.</summary>
    private static LoadedConfiguration Load((string Key, string Value)[] pool)
    {
        IConfigurationRoot root = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("KestrelRaw:Endpoints:p:Url", "tcp://127.0.0.1:0"),
            new("KestrelRaw:Endpoints:p:Work:Kind", "MongoDb"),
            .. pool.Select(static setting => KeyValuePair.Create(Pool + setting.Key, (string?)setting.Value)),
        ]).Build();
        SettingsLoader.Load(root, "/", out ServerSettings settings);
        return new LoadedConfiguration(root, settings);
    }

    private string[] Told(string eventName) => [.. _log.Named(eventName).Select(static entry => entry.Message).Order(StringComparer.Ordinal)];
}
