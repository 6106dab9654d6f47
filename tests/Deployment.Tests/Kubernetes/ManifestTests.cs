using k8s;
using k8s.Models;

namespace Deployment.Tests.Kubernetes;

/// <summary>What holds for every manifest.</summary>
public sealed class ManifestTests
{
    [Fact]
    public void Files_All_AreInAKustomizationAndValid()
    {
        foreach (string folder in Manifests.Folders)
        {
            Kustomization kustomization = Manifests.Kustomization(folder);
            Assert.Equal(("kustomize.config.k8s.io/v1beta1", "Kustomization"), (kustomization.ApiVersion, kustomization.Kind));
            string[] files = [.. Directory.GetFiles(Repository.Path(folder), "*.yaml").Select(static path => Path.GetFileName(path)).Except(["kustomization.yaml", "prometheus-adapter-rules.yaml"])];
            Assert.Equal(files.Order(), kustomization.Resources.Order());
            Assert.NotEmpty(Manifests.Load(folder));
        }
    }

    [Theory]
    [InlineData("replicsa: 1")]
    [InlineData("replicas: many")]
    [InlineData("replicas: 1\n  replicas: 2")]
    public void Load_KeyOrValueThatIsWrong_Fails(string line) => Assert.ThrowsAny<Exception>(
        () => KubernetesYaml.LoadAllFromString($"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: a }}\nspec:\n  {line}\n", typeMap: null, strict: true));

    /// <summary>The "restricted" level of the pod security standards, and no way to write anywhere but on volumes.</summary>
    [Fact]
    public void Pods_All_AreRestricted() => Assert.All(Manifests.Pods(), static pod =>
    {
        V1PodSpec spec = pod.Template.Spec;
        Assert.True(spec.SecurityContext.RunAsNonRoot);
        Assert.NotEqual(0, spec.SecurityContext.RunAsUser);
        Assert.Equal("RuntimeDefault", spec.SecurityContext.SeccompProfile.Type);
        Assert.False(spec.AutomountServiceAccountToken);
        V1SecurityContext container = Assert.Single(spec.Containers).SecurityContext;
        Assert.False(container.AllowPrivilegeEscalation);
        Assert.True(container.ReadOnlyRootFilesystem);
        Assert.Equal(["ALL"], container.Capabilities.Drop);
        Assert.Null(container.Capabilities.Add);
    });

    [Fact]
    public void Pods_All_HaveRequestsWithinTheirLimits() => Assert.All(Manifests.Pods(), static pod =>
    {
        V1ResourceRequirements resources = pod.Template.Spec.Containers[0].Resources;
        Assert.Equal(["cpu", "memory"], resources.Limits.Keys.Order());
        Assert.All(resources.Limits, limit => Assert.InRange(resources.Requests[limit.Key].ToDecimal(), 0.001m, limit.Value.ToDecimal()));
    });

    [Fact]
    public void Pods_VolumesTheyMount_AreTheirOwn() => Assert.All(Manifests.Pods(), static pod => Assert.Equal(
        pod.Template.Spec.Volumes.Select(static volume => volume.Name).Order(),
        pod.Template.Spec.Containers[0].VolumeMounts.Select(static mount => mount.Name).Order()));

    [Fact]
    public void Images_All_GetTheirTagInTheFolderThatUsesThem() => Assert.All(Manifests.Folders, static folder =>
    {
        IEnumerable<string> used = Manifests.Load(folder).SelectMany(static item => item switch
        {
            V1Deployment deployment => deployment.Spec.Template.Spec.Containers,
            V1Job job => job.Spec.Template.Spec.Containers,
            _ => [],
        }).Select(static container => container.Image);
        string version = Repository.Read("Directory.Build.props").Split("<Version>")[1].Split('<')[0];
        Assert.Equal(used.Select(image => (image, version)), Manifests.Kustomization(folder).Images.Select(static image => (image.Name, image.NewTag)));
    });
}
