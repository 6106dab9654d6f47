using System.Text.Json;
using System.Text.RegularExpressions;

namespace Deployment.Tests.Monitoring;

/// <summary>Every PromQL expression that is deployed.</summary>
internal static partial class Expressions
{
    public const string Dashboard = "docker/grafana/dashboards/kestrelraw.json";
    public const string Rules = "docker/prometheus/rules.yml";
    public const string AdapterRules = "deploy/kubernetes/prometheus-adapter-rules.yaml";

    /// <summary>As Grafana sends them when "All" is chosen.</summary>
    public static IReadOnlyList<string> OfDashboard()
    {
        using var dashboard = JsonDocument.Parse(Repository.Read(Dashboard));
        IEnumerable<JsonElement> panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(static panel => panel.GetProperty("targets").EnumerateArray());
        IEnumerable<JsonElement> annotations = dashboard.RootElement.GetProperty("annotations").GetProperty("list").EnumerateArray();
        IEnumerable<string> variables = dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Select(static variable => LabelValues().Match(variable.GetProperty("definition").GetString()!).Groups[1].Value);
        return [.. panels.Concat(annotations).Select(static target => target.GetProperty("expr").GetString()!).Concat(variables).Select(Interpolate)];
    }

    public static IReadOnlyList<string> OfRules() => [.. Repository.ReadYaml<RuleFile>(Rules).Groups.SelectMany(static group => group.Rules).Select(static rule => rule.Expr)];

    /// <summary>As the adapter asks for the pods a and b.</summary>
    public static string OfAdapter()
    {
        AdapterRule rule = Assert.Single(Repository.ReadYaml<AdapterRuleFile>(AdapterRules).Rules);
        return rule.MetricsQuery
            .Replace("<<.GroupBy>>", "pod", StringComparison.Ordinal)
            .Replace("<<.LabelMatchers>>", "namespace=\"default\",pod=~\"a|b\"", StringComparison.Ordinal);
    }

    /// <summary>The text of the pages that tell people what to ask for.</summary>
    public static IReadOnlyList<string> OfPages() => [.. new[] { "README.md", "docs/scaling.md" }.Select(Repository.Read)];

    /// <summary>Names of series, recorded ones, and of labels.</summary>
    public static IEnumerable<string> NamesIn(string expression) => Name().Matches(expression).Select(static match => match.Value);

    private static string Interpolate(string expression) => expression
        .Replace("$__rate_interval", "1m", StringComparison.Ordinal)
        .Replace("$instance", ".*", StringComparison.Ordinal)
        .Replace("$endpoint", ".*", StringComparison.Ordinal);

    [GeneratedRegex(@"^label_values\((.+), \w+\)$")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"\b(?:kestrelraw[_:][\w:]+|dotnet_\w+)")]
    private static partial Regex Name();
}

internal sealed class RuleFile
{
    public List<RuleGroup> Groups { get; set; } = [];
}

internal sealed class RuleGroup
{
    public string Name { get; set; } = "";

    public List<Rule> Rules { get; set; } = [];
}

internal sealed class Rule
{
    public string? Record { get; set; }

    public string? Alert { get; set; }

    public string Expr { get; set; } = "";

    public string? For { get; set; }

    public Dictionary<string, string> Labels { get; set; } = [];

    public Dictionary<string, string> Annotations { get; set; } = [];
}

internal sealed class AdapterRuleFile
{
    public List<AdapterRule> Rules { get; set; } = [];
}

internal sealed class AdapterRule
{
    public string SeriesQuery { get; set; } = "";

    public AdapterResources Resources { get; set; } = new();

    public Dictionary<string, string> Name { get; set; } = [];

    public string MetricsQuery { get; set; } = "";
}

internal sealed class AdapterResources
{
    public Dictionary<string, Dictionary<string, string>> Overrides { get; set; } = [];
}
