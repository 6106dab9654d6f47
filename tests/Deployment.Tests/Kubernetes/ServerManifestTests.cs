using System.Globalization;
using k8s.Models;

namespace Deployment.Tests.Kubernetes;

/// <summary>The server's manifests against each other, and against what the server makes of its settings.</summary>
public sealed class ServerManifestTests
{
    private static readonly V1Deployment Deployment = Manifests.Single<V1Deployment>(Manifests.Folder);

    private static V1PodSpec Pod => Deployment.Spec.Template.Spec;

    private static V1Container Container => Pod.Containers[0];

    [Fact]
    public async Task Settings_OfTheConfigMapAndTheEnvironment_AreValidAndListenOnThePodsPorts()
    {
        Dictionary<string, string> settings = await SettingsAsync();
        Assert.Equal(
            Container.Ports.Select(static port => port.ContainerPort.ToString(CultureInfo.InvariantCulture)).Order(),
            settings.Where(static setting => setting.Key.EndsWith(":Url", StringComparison.Ordinal)).Select(static setting => setting.Value.Split(':')[^1]).Order());
        Assert.All(settings.Where(static setting => setting.Key.EndsWith(":Url", StringComparison.Ordinal)), static setting => Assert.Contains("0.0.0.0", setting.Value, StringComparison.Ordinal));

        // Only a pool with a size can be scaled by.
        Assert.NotEqual("null", settings["Endpoints:pool:Pool:Size"]);
        Assert.Equal("(not shown)", settings["Admin:Token"]);
        Assert.Contains(Manifests.Single<V1Service>(Manifests.Folder, "kestrelraw-admin").Metadata.Name, settings["Admin:AllowedHosts"], StringComparison.Ordinal);
    }

    [Fact]
    public void Program_ThatIsCalled_IsWhereTheImageHasIt()
    {
        string image = Repository.Read("docker/Dockerfile");
        Assert.Equal(["dotnet", "/app/KestrelRaw.dll"], Container.Command);
        Assert.Matches(@"WORKDIR /app\nCOPY --from=publish-kestrelraw /app \.\n", image);
        Assert.Contains("ENTRYPOINT [\"dotnet\", \"/app/LoadClient.dll\"]", image, StringComparison.Ordinal);
    }

    /// <summary>The whole directory is mounted: a file that is mounted by a subPath never changes.</summary>
    [Fact]
    public void Settings_TheirDirectory_IsTheWorkingDirectory()
    {
        ConfigMapGenerator settings = Assert.Single(Manifests.Kustomization(Manifests.Folder).ConfigMapGenerator);
        Assert.Equal(["appsettings.json"], settings.Files);
        Assert.True(settings.Options["disableNameSuffixHash"]);
        Assert.Equal(settings.Name, Assert.Single(Pod.Volumes).ConfigMap.Name);
        V1VolumeMount mount = Assert.Single(Container.VolumeMounts);
        Assert.Null(mount.SubPath);
        Assert.Equal(Container.WorkingDir, mount.MountPath);
    }

    [Fact]
    public void Token_Secret_IsOptionalAndNotHere()
    {
        V1EnvVar token = Assert.Single(Container.Env);
        Assert.Equal("KestrelRaw__Admin__Token", token.Name);
        Assert.Null(token.Value);
        Assert.True(token.ValueFrom.SecretKeyRef.Optional);
    }

    [Fact]
    public async Task Grace_Period_CoversPreStopAndTheDrain()
    {
        TimeSpan drain = TimeSpan.Parse((await SettingsAsync())["ShutdownTimeout"], CultureInfo.InvariantCulture);
        long preStop = Container.Lifecycle.PreStop.Sleep.Seconds;
        Assert.InRange(Pod.TerminationGracePeriodSeconds!.Value - preStop - drain.TotalSeconds, 3, 30);

        // Withdrawn means: the readiness probe plays no part in it, but other balancers may go by it.
        Assert.True(preStop > Container.ReadinessProbe.PeriodSeconds * Container.ReadinessProbe.FailureThreshold);
    }

    [Fact]
    public void Probes_All_AskTheAdminPort()
    {
        Assert.All([Container.StartupProbe, Container.LivenessProbe, Container.ReadinessProbe], static probe => Assert.Equal("admin", probe.HttpGet.Port.Value));
        Assert.Equal("/healthz/live", Container.StartupProbe.HttpGet.Path);
        Assert.Equal("/healthz/live", Container.LivenessProbe.HttpGet.Path);
        Assert.Equal("/healthz/ready", Container.ReadinessProbe.HttpGet.Path);
    }

    [Fact]
    public void Selectors_All_FindThePods()
    {
        IDictionary<string, string> labels = Deployment.Spec.Template.Metadata.Labels;
        IEnumerable<IDictionary<string, string>> selectors =
        [
            Deployment.Spec.Selector.MatchLabels,
            Pod.TopologySpreadConstraints[0].LabelSelector.MatchLabels,
            Manifests.Single<V1PodDisruptionBudget>(Manifests.Folder).Spec.Selector.MatchLabels,
            Manifests.Single<V1NetworkPolicy>(Manifests.Folder).Spec.PodSelector.MatchLabels,
            .. Manifests.Load(Manifests.Folder).OfType<V1Service>().Select(static service => service.Spec.Selector),
        ];
        Assert.Equal(6, selectors.Count());
        Assert.All(selectors, selector => Assert.Equal(labels, selector));
    }

    [Fact]
    public void Services_TheirPorts_AreThePods()
    {
        Dictionary<string, int> ports = Container.Ports.ToDictionary(static port => port.Name, static port => port.ContainerPort);
        V1Service data = Manifests.Single<V1Service>(Manifests.Folder, "kestrelraw");
        V1Service admin = Manifests.Single<V1Service>(Manifests.Folder, "kestrelraw-admin");
        Assert.All([.. data.Spec.Ports, .. admin.Spec.Ports], port => Assert.Equal(ports[port.TargetPort.Value], port.Port));
        Assert.Equal(["pool"], data.Spec.Ports.Select(static port => port.Name));
        Assert.Equal("None", admin.Spec.ClusterIP);
        Assert.All(
            Manifests.Single<V1NetworkPolicy>(Manifests.Folder).Spec.Ingress.SelectMany(static rule => rule.Ports), port => Assert.Contains(port.Port.Value, ports.Keys));
    }

    private static Task<Dictionary<string, string>> SettingsAsync() => Programs.CheckSettingsAsync(
        $"{Manifests.Folder}/appsettings.json", Container.Env.ToDictionary(static variable => variable.Name, static variable => variable.Value ?? "from-a-secret"));
}
