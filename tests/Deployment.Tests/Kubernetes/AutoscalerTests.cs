using System.Text.Json;
using Deployment.Tests.Monitoring;
using k8s.Models;
using KestrelRaw.TestHelpers;

namespace Deployment.Tests.Kubernetes;

public sealed class AutoscalerTests
{
    [Fact]
    public void Target_Metric_IsWhatTheAdapterMakesForTheDeploymentsPods()
    {
        V2HorizontalPodAutoscalerSpec autoscaler = Manifests.Single<V2HorizontalPodAutoscaler>(Manifests.Folder).Spec;
        V1Deployment deployment = Manifests.Single<V1Deployment>(Manifests.Folder);
        Assert.Equal((deployment.Kind, deployment.ApiVersion, deployment.Metadata.Name), (autoscaler.ScaleTargetRef.Kind, autoscaler.ScaleTargetRef.ApiVersion, autoscaler.ScaleTargetRef.Name));
        Assert.Null(deployment.Spec.Replicas);
        AdapterRule rule = Assert.Single(Repository.ReadYaml<AdapterRuleFile>(Expressions.AdapterRules).Rules);
        V2PodsMetricSource pods = Assert.Single(autoscaler.Metrics).Pods;
        Assert.Equal(rule.Name["as"], pods.Metric.Name);
        Assert.Equal("AverageValue", pods.Target.Type);
        Assert.InRange(pods.Target.AverageValue.ToDecimal(), 0.5m, 0.9m);
        Assert.Equal(["namespace", "pod"], rule.Resources.Overrides.Keys.Order());
        Assert.Equal(rule.SeriesQuery.Split('{')[0], rule.Name["matches"].Trim('^', '$'));

        // A budget that all replicas together can't fall under would let no node be emptied.
        Assert.True(autoscaler.MinReplicas > 1);
        Assert.True(autoscaler.MaxReplicas > autoscaler.MinReplicas);
    }

    /// <summary>Pod a: a shared pool half full, and one without a limit. Pod b: two pools, of which one is full.</summary>
    [Fact]
    public async Task Query_OfTheAdapter_IsTheFullestPoolOfEachPod()
    {
        const string Series =
            """
            { series: 'kestrelraw_pool_in_use{namespace="default", pod="a", kestrelraw_endpoint="x", kestrelraw_pool="both"}', values: '300' },
            { series: 'kestrelraw_pool_in_use{namespace="default", pod="a", kestrelraw_endpoint="y", kestrelraw_pool="both"}', values: '200' },
            { series: 'kestrelraw_pool_size{namespace="default", pod="a", kestrelraw_endpoint="x", kestrelraw_pool="both"}', values: '1000' },
            { series: 'kestrelraw_pool_size{namespace="default", pod="a", kestrelraw_endpoint="y", kestrelraw_pool="both"}', values: '1000' },
            { series: 'kestrelraw_pool_in_use{namespace="default", pod="a", kestrelraw_endpoint="async", kestrelraw_pool="async"}', values: '9000' },
            { series: 'kestrelraw_pool_in_use{namespace="default", pod="b", kestrelraw_endpoint="x", kestrelraw_pool="x"}', values: '10' },
            { series: 'kestrelraw_pool_size{namespace="default", pod="b", kestrelraw_endpoint="x", kestrelraw_pool="x"}', values: '100' },
            { series: 'kestrelraw_pool_in_use{namespace="default", pod="b", kestrelraw_endpoint="y", kestrelraw_pool="y"}', values: '100' },
            { series: 'kestrelraw_pool_size{namespace="default", pod="b", kestrelraw_endpoint="y", kestrelraw_pool="y"}', values: '100' },
            { series: 'kestrelraw_pool_in_use{namespace="another", pod="a", kestrelraw_endpoint="x", kestrelraw_pool="x"}', values: '100' },
            { series: 'kestrelraw_pool_size{namespace="another", pod="a", kestrelraw_endpoint="x", kestrelraw_pool="x"}', values: '100' },
            """;
        using var folder = new TemporaryFolder();
        string test = folder.Write(
            "test.yml",
            $$"""
            tests:
              - input_series: [
            {{Series}}
                ]
                promql_expr_test:
                  - expr: {{JsonSerializer.Serialize(Expressions.OfAdapter())}}
                    eval_time: 0m
                    exp_samples: [{ labels: '{pod="a"}', value: 0.5 }, { labels: '{pod="b"}', value: 1 }]
            """);
        (int exitCode, string output) = await Tools.RunAsync("promtool", $"test rules {test}");
        Assert.True(exitCode == 0, output);
    }
}
