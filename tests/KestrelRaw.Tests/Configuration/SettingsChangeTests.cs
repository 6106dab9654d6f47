using System.Text;
using KestrelRaw.Configuration;
using Microsoft.Extensions.Configuration;

namespace KestrelRaw.Tests.Configuration;

public sealed class SettingsChangeTests
{
    [Fact]
    public void Find_TheSame_IsNothing() =>
        Assert.Empty(Find("""{ "a": { "Url": "unix:/a" } }""", """{ "a": { "Url": "unix:/a", "Pool": { "Size": null } } }"""));

    [Fact]
    public void Find_ValueChangedGivenAndTakenAway_NamesKeyAndBothValues()
    {
        IReadOnlyList<SettingsChange> changes = Find(
            """{ "a": { "Url": "unix:/a", "Backlog": 7, "Pool": { "Size": 2 } } }""",
            """{ "a": { "Url": "unix:/b", "Pool": { "Size": 50 }, "Timeouts": { "Send": "1s" } } }""");
        Assert.Equal(
            [
                ("KestrelRaw:Endpoints:a:Url", "unix:/a", "unix:/b", false),
                ("KestrelRaw:Endpoints:a:Backlog", "7", "4096", false),
                ("KestrelRaw:Endpoints:a:Pool:Size", "2", "50", true),
                ("KestrelRaw:Endpoints:a:Timeouts:Send", "00:00:30", "1s", true),
            ],
            changes.Select(change => (change.Key, change.BeforeText, change.AfterText, change.Setting?.IsLive == true)));
    }

    [Fact]
    public void Find_EndpointCameAndWent_IsForTheNextStart()
    {
        IReadOnlyList<SettingsChange> changes = Find("""{ "a": { "Url": "unix:/a" } }""", """{ "b": { "Url": "unix:/b" } }""");
        Assert.Equal(
            [("KestrelRaw:Endpoints:a", "present", "absent", false), ("KestrelRaw:Endpoints:b", "absent", "present", false)],
            changes.Select(change => (change.Key, change.BeforeText, change.AfterText, change.Setting?.IsLive == true)));
    }

    private static IReadOnlyList<SettingsChange> Find(string before, string after) => SettingsChange.Find(SettingsChange.Read(Build(before)), SettingsChange.Read(Build(after)));

    private static IConfigurationRoot Build(string endpoints) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "KestrelRaw": { "Endpoints": {{endpoints}} } }""")))
        .Build();
}
