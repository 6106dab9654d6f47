using System.Text;
using KestrelRaw.Configuration;
using KestrelRaw.Connections.Adaptation;
using KestrelRaw.Connections.Admission;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;
using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Tests.Configuration;

public sealed class SettingsLoaderTests
{
    [Fact]
    public void Load_OnlyAUrl_HasTheDefaults()
    {
        Assert.Empty(Load("""{ "a": { "Url": "tcp://127.0.0.1:1" } }""", out ServerSettings settings));
        EndpointSettings endpoint = Assert.Single(settings.Endpoints);
        Assert.Equal("a", endpoint.Name);
        Assert.Equal(ConnectionModel.Async, endpoint.Model);
        Assert.Equal(4096, endpoint.Backlog);
        Assert.Equal(1024, endpoint.MaxRequestBytes);
        Assert.Equal(TimeSpan.FromMilliseconds(500), endpoint.Work.Delay);
        Assert.Equal(96, endpoint.Response.Length);
        Assert.Null(endpoint.Pool.Size);
        Assert.Equal(
            new EndpointTimeouts(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60)),
            endpoint.Timeouts);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.ShutdownTimeout);
    }

    [Fact]
    public void Load_KeysInAnyCase_AreKnown()
    {
        Assert.Empty(Load("""{ "a": { "url": "tcp://127.0.0.1:1", "POOL": { "size": 7 }, "work": { "kind": "none" } } }""", out ServerSettings settings));
        Assert.Equal(7, settings.Endpoints[0].Pool.Size);
    }

    [Fact]
    public void Load_NullsAndEmptyObjects_AreTheDefaults()
    {
        Assert.Empty(Load("""{ "a": { "Url": "tcp://127.0.0.1:1", "Pool": { "Size": null }, "Work": {}, "Response": { "Text": null } } }""", out ServerSettings settings));
        Assert.Null(settings.Endpoints[0].Pool.Size);
        Assert.Equal(96, settings.Endpoints[0].Response.Length);
    }

    [Fact]
    public void Load_Disabled_IsLeftOut()
    {
        Assert.Empty(Load("""{ "a": { "Url": "tcp://127.0.0.1:1" }, "b": { "Enabled": false } }""", out ServerSettings settings));
        Assert.Single(settings.Endpoints);
    }

    [Fact]
    public void Load_ManyFaults_NamesEveryKeyAndValueAtOnce()
    {
        IReadOnlyList<Fault> faults = Load(
            """
            {
              "a": { "Url": "tcp://nowhere", "Model": "Fibers", "Backlog": 0, "MaxRequestBytes": "many", "Pool": { "Size": -1, "WhenFull": "Explode" } },
              "b": { "Work": { "Kind": "Dream", "Delay": "5" }, "Response": { "Preset": "Haiku" }, "Timeouts": { "Linger": "0s" } },
              "not a name": { "Url": "tcp://127.0.0.1:1", "Enabled": "maybe" },
              "c": { "Url": "tcp://127.0.0.1:1", "Response": { "File": "/nowhere/at/all", "Text": "x" } }
            }
            """,
            out _);
        string all = string.Join('\n', faults);
        foreach (string expected in new[]
        {
            "a:Url: \"tcp://nowhere\"", "a:Model: \"Fibers\"", "a:Backlog: \"0\"", "a:MaxRequestBytes: \"many\"", "a:Pool:Size: \"-1\"",
            "a:Pool:WhenFull: \"Explode\"", "b:Url: is missing", "b:Work:Kind: \"Dream\"", "b:Work:Delay: \"5\"", "b:Response:Preset: \"Haiku\"",
            "b:Timeouts:Linger: \"0s\"", "not a name: an endpoint's name", "not a name:Enabled: \"maybe\"",
            "c:Response:File: \"/nowhere/at/all\"", "c:Response: give only one of Text and File", "have the same Url",
        })
        {
            Assert.Contains(expected, all, StringComparison.Ordinal);
        }

        Assert.Equal(16, faults.Count);
    }

    [Theory]
    [InlineData("""{ "a": { "Url": "tcp://127.0.0.1:1", "Pol": { "Size": 1 } } }""", "a:Pol:Size: unknown key; did you mean Pool:Size?")]
    [InlineData("""{ "a": { "Url": "tcp://127.0.0.1:1", "Timeouts": { "FirstBite": "1s" } } }""", "did you mean Timeouts:FirstByte?")]
    [InlineData("""{ "a": { "Url": "tcp://127.0.0.1:1", "Backlog": [1, 2] } }""", "Backlog takes one value")]
    [InlineData("""{ "a": { "Url": "tcp://127.0.0.1:1", "Pool": 5 } }""", "a:Pool: \"5\" is not allowed; must be an object")]
    [InlineData("""{ "a": 5 }""", "a: \"5\" is not allowed; must be an object")]
    public void Load_KeyThatNoSettingHas_IsAFault(string endpoints, string expected) =>
        Assert.Contains(expected, string.Join('\n', Load(endpoints, out _)), StringComparison.Ordinal);

    [Fact]
    public void Load_EndpointsWithOnePoolName_ShareWhatOneOfThemSays()
    {
        Assert.Empty(Load(
            """
            {
              "a": { "Url": "tcp://127.0.0.1:1", "Pool": { "Name": "both", "Size": 7 } },
              "b": { "Url": "tcp://127.0.0.1:2", "Pool": { "Name": "BOTH", "PerClient": 3 } },
              "c": { "Url": "tcp://127.0.0.1:3" }
            }
            """,
            out ServerSettings settings));
        Assert.All(settings.Endpoints.Take(2), endpoint => Assert.Equal(("both", 7, 3), (endpoint.Pool.Name, endpoint.Pool.Size, endpoint.Pool.PerClient)));
        Assert.Equal(("c", null, null), (settings.Endpoints[2].Pool.Name, settings.Endpoints[2].Pool.Size, settings.Endpoints[2].Pool.PerClient));
    }

    [Fact]
    public void Load_EndpointsWithOnePoolNameThatDisagree_IsAFaultWithBothKeys()
    {
        IReadOnlyList<Fault> faults = Load(
            """{ "a": { "Url": "tcp://127.0.0.1:1", "Pool": { "Name": "b", "Size": 7 } }, "b": { "Url": "tcp://127.0.0.1:2", "Pool": { "Size": null } } }""",
            out _);
        string fault = Assert.Single(faults).ToString();
        Assert.Contains("KestrelRaw:Endpoints:a:Pool:Size = 7", fault, StringComparison.Ordinal);
        Assert.Contains("KestrelRaw:Endpoints:b:Pool:Size = null", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_PoolKeys_AreAllRead()
    {
        Assert.Empty(Load(
            """
            { "a": { "Url": "tcp://127.0.0.1:1", "Timeouts": { "Linger": "7s" }, "Pool": { "WhenFull": "queue", "QueueLimit": 5, "QueueTimeout": "300ms",
              "QueueOrder": "NewestFirst", "RejectResponse": "b\u00e4h\r\n" } } }
            """,
            out ServerSettings settings));
        AdmissionOptions admission = settings.Endpoints[0].Admission;
        Assert.Equal(
            (WhenFull.Queue, 5, TimeSpan.FromMilliseconds(300), QueueOrder.NewestFirst, TimeSpan.FromSeconds(7)),
            (admission.WhenFull, admission.QueueLimit, admission.QueueTimeout, admission.QueueOrder, admission.RejectLinger));
        Assert.Equal("b\u00e4h\r\n"u8, admission.RejectResponse.Span);
    }

    [Theory]
    [InlineData("""{ "QueueLimit": -1 }""", "Pool:QueueLimit: \"-1\"")]
    [InlineData("""{ "QueueTimeout": "0s" }""", "Pool:QueueTimeout: \"0s\"")]
    [InlineData("""{ "QueueOrder": "Random" }""", "Pool:QueueOrder: \"Random\"")]
    [InlineData("""{ "PerClient": 0 }""", "Pool:PerClient: \"0\"")]
    [InlineData("""{ "Name": "two words" }""", "Pool:Name: \"two words\"")]
    [InlineData("""{ "RejectWithReset": true, "RejectResponse": "x" }""", "Pool:RejectWithReset: \"true\" can't go with a Pool:RejectResponse")]
    public void Load_PoolKeyThatIsWrong_IsAFaultWithKeyAndValue(string pool, string expected) =>
        Assert.Contains(expected, Assert.Single(Load($$"""{ "a": { "Url": "tcp://127.0.0.1:1", "Pool": {{pool}} } }""", out _)).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("", 1, 1000, 20)]
    [InlineData(""", "Minimum": 4, "Maximum": 10""", 4, 10, 10)]
    [InlineData(""", "Minimum": 40""", 40, 1000, 40)]
    public void Load_AdaptivePool_HasItsBoundsAndAStartWithinThem(string bounds, int minimum, int maximum, int start)
    {
        Assert.Empty(LoadAdaptive($$"""{ "Adaptive": { "Enabled": true{{bounds}} } }""", out EndpointSettings endpoint));
        Assert.Equal(new AdaptivePoolSizeOptions { Minimum = minimum, Maximum = maximum }, endpoint.Pool.Adaptive);
        Assert.Equal(start, endpoint.Pool.StartSize);
    }

    [Theory]
    [InlineData("""{ "Adaptive": { "Enabled": true, "Minimum": 50, "Maximum": 10 } }""", "Pool:Adaptive:Minimum: 50 is more than Pool:Adaptive:Maximum, 10")]
    [InlineData("""{ "Adaptive": { "Enabled": true, "Minimum": 0 } }""", "Pool:Adaptive:Minimum: \"0\"")]
    [InlineData("""{ "Size": 5, "Adaptive": { "Enabled": true, "Minimum": 10 } }""", "Pool:Size: 5 is where the adaptive pool a would begin, and is not within its bounds, 10 to 1000")]
    [InlineData("""{ "Size": 0, "Adaptive": { "Enabled": true } }""", "Pool:Size: 0 is where")]
    [InlineData("""{ "Size": 1001, "Adaptive": { "Enabled": true } }""", "Pool:Size: 1001 is where")]
    [InlineData("""{ "CoDel": { "Target": "100ms" } }""", "Pool:CoDel:Interval: 100ms is not longer than Pool:CoDel:Target, 100ms")]
    [InlineData("""{ "CoDel": { "Enabled": "perhaps" } }""", "Pool:CoDel:Enabled: \"perhaps\"")]
    public void Load_AdaptivePoolOrCoDelThatIsWrong_IsAFaultWithKeyAndValue(string pool, string expected) =>
        Assert.Contains(expected, Assert.Single(LoadAdaptive(pool, out _)).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("Delay")]
    [InlineData("None")]
    public void Load_AdaptivePoolOfWorkWithoutASignal_IsAFaultForEachEndpointThatSharesIt(string kind)
    {
        IReadOnlyList<Fault> faults = Load(
            $$"""
            { "a": { "Url": "tcp://127.0.0.1:1", "Work": { "Kind": "{{kind}}" }, "Pool": { "Adaptive": { "Enabled": true } } },
              "b": { "Url": "tcp://127.0.0.1:2", "Work": { "Kind": "{{kind}}" }, "Pool": { "Name": "a" } } }
            """,
            out _);
        Assert.Equal(["KestrelRaw:Endpoints:a:Work:Kind", "KestrelRaw:Endpoints:b:Work:Kind"], faults.Select(fault => fault.Subject));
        Assert.All(faults, fault => Assert.Contains($"\"{kind}\" can't go with the adaptive pool a (Pool:Adaptive:Enabled): its latency carries no signal", fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_EndpointsWithOnePoolThatDisagreeOnAdaptive_IsAFaultWithBoth()
    {
        IReadOnlyList<Fault> faults = Load(
            """
            { "a": { "Url": "tcp://127.0.0.1:1", "Work": { "Kind": "MongoDb" }, "Pool": { "Adaptive": { "Enabled": true, "Maximum": 9 } } },
              "b": { "Url": "tcp://127.0.0.1:2", "Work": { "Kind": "MongoDb" }, "Pool": { "Name": "a", "Adaptive": { "Enabled": false } } } }
            """,
            out _);
        Assert.Contains(
            "share the pool a do not agree: KestrelRaw:Endpoints:a:Pool:Adaptive = 1 to 9, KestrelRaw:Endpoints:b:Pool:Adaptive = off",
            Assert.Single(faults, IsOfPool).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(false, true, true)]
    [InlineData(true, null, true)]
    [InlineData(true, false, false)]
    public void Load_CoDel_IsOnWhereItIsSaidElseForAnAdaptivePool(bool isAdaptive, bool? isEnabled, bool isOn)
    {
        string enabled = isEnabled is { } said ? $"\"Enabled\": {(said ? "true" : "false")}, " : "";
        Assert.Empty(LoadAdaptive(
            $$"""{ "Adaptive": { "Enabled": {{(isAdaptive ? "true" : "false")}} }, "CoDel": { {{enabled}}"Target": "7ms", "Interval": "1s" } }""", out EndpointSettings endpoint));
        CoDelOptions? expected = isOn ? new() { Target = TimeSpan.FromMilliseconds(7), Interval = TimeSpan.FromSeconds(1) } : null;
        Assert.Equal(expected, endpoint.AdmissionWithCoDel.CoDel);
    }

    [Fact]
    public void Load_CoDel_HasTheLibrarysDefaults() =>
        Assert.Equal(
            (EndpointKeys.PoolCoDelTarget.Default, EndpointKeys.PoolCoDelInterval.Default),
            (CoDelOptions.DefaultTarget, CoDelOptions.DefaultInterval));

    [Fact]
    public void Load_NoEndpoint_IsAFault() =>
        Assert.Contains("no enabled endpoint", Assert.Single(Load("{}", out _)).ToString(), StringComparison.Ordinal);

    private static bool IsOfPool(Fault fault) => fault.Subject.Contains(":Pool:", StringComparison.Ordinal);

    /// <returns>The faults that are the pool's: the work may lack its own keys.</returns>
    private static IReadOnlyList<Fault> LoadAdaptive(string pool, out EndpointSettings endpoint)
    {
        IReadOnlyList<Fault> faults = Load($$"""{ "a": { "Url": "tcp://127.0.0.1:1", "Work": { "Kind": "MongoDb" }, "Pool": {{pool}} } }""", out ServerSettings settings);
        endpoint = settings.Endpoints[0];
        return [.. faults.Where(IsOfPool)];
    }

    private static IReadOnlyList<Fault> Load(string endpoints, out ServerSettings settings)
    {
        string json = $$"""{ "KestrelRaw": { "Endpoints": {{endpoints}} } }""";
        IConfigurationRoot root = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        return SettingsLoader.Load(root, "/", out settings);
    }
}
