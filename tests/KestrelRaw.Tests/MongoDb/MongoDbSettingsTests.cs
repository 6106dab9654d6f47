using System.Text;
using KestrelRaw.Configuration;
using KestrelRaw.Work;
using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Tests.MongoDb;

public sealed class MongoDbSettingsTests
{
    [Fact]
    public void Load_EveryKey_IsTaken()
    {
        Assert.Empty(Load(
            """{ "Work": { "Kind": "MongoDb", "MongoDb": { "ConnectionString": "mongodb://h:1/other", "Database": "d", "Collection": "c.e", "Timeout": "3s" } } }""", out WorkSettings work));
        Assert.Equal(WorkKind.MongoDb, work.Kind);
        Assert.Equal(new MongoDbSettings("mongodb://h:1/other", "d", "c.e", TimeSpan.FromSeconds(3)), work.MongoDb);
    }

    [Fact]
    public void Load_OnlyWhatIsNeeded_HasTheDatabaseOfTheConnectionStringAndFiveSeconds()
    {
        Assert.Empty(Load("""{ "Work": { "Kind": "MongoDb", "MongoDb": { "ConnectionString": "mongodb://h/d", "Collection": "c" } } }""", out WorkSettings work));
        Assert.Equal(new MongoDbSettings("mongodb://h/d", "d", "c", TimeSpan.FromSeconds(5)), work.MongoDb);
    }

    [Theory]
    [InlineData("""{ }""", new[] { "ConnectionString: is missing", "Collection: is missing" })]
    [InlineData("""{ "ConnectionString": "mongodb://h", "Collection": "" }""", new[] { "Database: is missing", "Collection: is missing" })]
    [InlineData("""{ "ConnectionString": "mongodb://h", "Database": "a b", "Collection": "a$" }""", new[] { "Database: \"a b\"", "Collection: \"a$\"" })]
    [InlineData("""{ "ConnectionString": "http://h", "Collection": "c", "Timeout": "0s" }""", new[] { "Timeout: \"0s\"", "ConnectionString: what is given" })]
    [InlineData("""{ "ConnectionString": "mongodb://h/d?maxPoolSize=x", "Collection": "system.users" }""", new[] { "Collection: \"system.users\"", "maxPoolSize has an invalid int32 value" })]
    public void Load_Faults_AreAllNamedAtOnce(string mongoDb, string[] expected)
    {
        IReadOnlyList<Fault> faults = Load($$"""{ "Work": { "Kind": "MongoDb", "MongoDb": {{mongoDb}} } }""", out _);
        Assert.Equal(expected.Length, faults.Count);
        Assert.All(expected, part => Assert.Contains(faults, fault => fault.ToString().Contains(part, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("mongodb:/user:hunter2@h")]
    [InlineData("mongodb://user:hunter2@h:99999")]
    [InlineData("mongodb://user:hunter2%zz@h")]
    [InlineData("mongodb://user:hunter2@h?maxPoolSize=x")]
    public void Load_AFaultyConnectionString_ShowsNoPassword(string connectionString)
    {
        IReadOnlyList<Fault> faults = Load(
            $$"""{ "Work": { "Kind": "MongoDb", "MongoDb": { "ConnectionString": "{{connectionString}}", "Collection": "c", "Database": "d" } } }""", out _);
        string fault = Assert.Single(faults).ToString();
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
        Assert.Contains("Work:MongoDb:ConnectionString: what is given is not allowed (", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Text")]
    [InlineData("File")]
    public void Load_AResponseOfTheUsersOwn_IsAFault(string key)
    {
        IReadOnlyList<Fault> faults = Load(
            $$"""{ "Response": { "{{key}}": "/dev/null" }, "Work": { "Kind": "MongoDb", "MongoDb": { "ConnectionString": "mongodb://h/d", "Collection": "c" } } }""", out _);
        Assert.StartsWith($"KestrelRaw:Endpoints:a:Response:{key}: can't go with", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AnotherKind_LeavesTheKeysAsideAndKnowsIt()
    {
        Assert.Empty(Load("""{ "Work": { "MongoDb": { "ConnectionString": "whatever", "Collection": "c" } } }""", out WorkSettings work));
        Assert.Null(work.MongoDb);
        Assert.True(work.LeavesMongoDbUnused);
        Assert.Empty(Load("{ }", out work));
        Assert.False(work.LeavesMongoDbUnused);
    }

    private static IReadOnlyList<Fault> Load(string endpoint, out WorkSettings work)
    {
        string json = $$"""{ "KestrelRaw": { "Endpoints": { "a": {{endpoint}} } } }""";
        IConfigurationRoot root = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)))
            .AddInMemoryCollection([new("KestrelRaw:Endpoints:a:Url", "tcp://127.0.0.1:1")])
            .Build();
        IReadOnlyList<Fault> faults = SettingsLoader.Load(root, AppContext.BaseDirectory, out ServerSettings settings);
        work = settings.Endpoints[0].Work;
        return faults;
    }
}
