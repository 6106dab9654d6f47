using System.Text.Json;
using KestrelRaw.TestHelpers;

namespace Deployment.Tests.Monitoring;

/// <summary>Prometheus' configuration, rules and alerts, and Grafana's dashboard, against promtool and a real server.</summary>
public sealed class MonitoringTests
{
    [Fact]
    public async Task Configuration_Promtool_AcceptsItWithItsRules()
    {
        (int exitCode, string output) = await Tools.RunAsync("promtool", $"check config --lint=all --lint-fatal {Repository.Path("docker/prometheus/prometheus.yml")}");
        Assert.True(exitCode == 0, output);
        Assert.Contains("SUCCESS: 1 rule files found", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alerts_TheirUnitTests_Pass()
    {
        (int exitCode, string output) = await Tools.RunAsync("promtool", $"test rules {Repository.Path("docker/prometheus/rules.test.yml")}");
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void Alerts_Each_HasAUnitTestAndSaysWhatToDo()
    {
        string tests = Repository.Read("docker/prometheus/rules.test.yml");
        Rule[] alerts = [.. Repository.ReadYaml<RuleFile>(Expressions.Rules).Groups.SelectMany(static group => group.Rules).Where(static rule => rule.Alert is not null)];
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert =>
        {
            Assert.Contains(alert.Alert!, tests, StringComparison.Ordinal);
            Assert.Equal(["description", "summary"], alert.Annotations.Keys.Order());
            Assert.Contains(alert.Labels["severity"], (string[])["critical", "warning"]);
        });
    }

    [Fact]
    public async Task Expressions_OfDashboardAndAdapter_Parse()
    {
        using var folder = new TemporaryFolder();
        string[] all = [.. Expressions.OfDashboard(), Expressions.OfAdapter()];
        string rules = "groups: [{ name: all, rules: [" + string.Join(", ", all.Select(static (expression, i) => $"{{ record: 'x:{i}', expr: {JsonSerializer.Serialize(expression)} }}")) + "] }]";
        (int exitCode, string output) = await Tools.RunAsync("promtool", $"check rules {folder.Write("all.yml", rules)}");
        Assert.True(exitCode == 0, output);
        Assert.Contains($"SUCCESS: {all.Length} rules found", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expressions_All_NameOnlyWhatIsExportedOrRecorded()
    {
        ServerMetrics real = await ServerMetrics.ReadAsync();
        HashSet<string> known = [.. real.Series, .. real.Labels, .. Repository.ReadYaml<RuleFile>(Expressions.Rules).Groups.SelectMany(static group => group.Rules).Select(static rule => rule.Record).OfType<string>()];
        known.UnionWith(real.Histograms);
        string[] used = [.. Expressions.OfDashboard().Concat(Expressions.OfRules()).Append(Expressions.OfAdapter()).Concat(Expressions.OfPages()).SelectMany(Expressions.NamesIn).Distinct()];
        Assert.True(used.Length > 10);
        Assert.All(used, name => Assert.Contains(name, known));
    }

    /// <summary>Every metric of ours is on the dashboard, some by way of a rule.</summary>
    [Fact]
    public async Task Dashboard_Metrics_AreAllShown()
    {
        ServerMetrics real = await ServerMetrics.ReadAsync();
        HashSet<string> shown = [.. Expressions.OfDashboard().SelectMany(Expressions.NamesIn)];
        IEnumerable<string> metrics = real.Series.Where(static name => name.StartsWith("kestrelraw_", StringComparison.Ordinal) && !name.EndsWith("_sum", StringComparison.Ordinal) && !name.EndsWith("_count", StringComparison.Ordinal));
        Assert.All(metrics, name => Assert.Contains(name, shown));
    }

    [Fact]
    public void Dashboard_Panels_DoNotOverlapAndHaveTheProvisionedSource()
    {
        using var dashboard = JsonDocument.Parse(Repository.Read(Expressions.Dashboard));
        var taken = new HashSet<(int X, int Y)>();
        foreach (JsonElement panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            JsonElement place = panel.GetProperty("gridPos");
            int x = place.GetProperty("x").GetInt32(), y = place.GetProperty("y").GetInt32();
            Assert.InRange(x + place.GetProperty("w").GetInt32(), 1, 24);
            Assert.All(
                from column in Enumerable.Range(x, place.GetProperty("w").GetInt32()) from row in Enumerable.Range(y, place.GetProperty("h").GetInt32()) select (column, row),
                cell => Assert.True(taken.Add(cell), panel.GetProperty("title").GetString()));
            Assert.Equal("prometheus", panel.GetProperty("datasource").GetProperty("uid").GetString());
        }

        Assert.Contains("uid: prometheus\n", Repository.Read("docker/grafana/provisioning/datasources/prometheus.yml"), StringComparison.Ordinal);
    }
}
