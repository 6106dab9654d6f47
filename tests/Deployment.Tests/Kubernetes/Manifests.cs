using k8s;
using k8s.Models;

namespace Deployment.Tests.Kubernetes;

/// <summary>The manifests, read with Kubernetes' own types: a key that none of them has fails.</summary>
internal static class Manifests
{
    public const string Folder = "deploy/kubernetes";
    public const string LoadFolder = $"{Folder}/load";
    public const string MergeFolder = $"{LoadFolder}/merge";

    public static IReadOnlyList<string> Folders { get; } = [Folder, LoadFolder, MergeFolder];

    public static Kustomization Kustomization(string folder) => Repository.ReadYaml<Kustomization>($"{folder}/kustomization.yaml");

    /// <summary>What <c>kubectl apply -k</c> would create from the folder's files.</summary>
    public static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Load(string folder) =>
        [.. Kustomization(folder).Resources.SelectMany(file => KubernetesYaml.LoadAllFromString(Repository.Read($"{folder}/{file}"), typeMap: null, strict: true)).Cast<IKubernetesObject<V1ObjectMeta>>()];

    public static T Single<T>(string folder, string? name = null) => (T)Assert.Single(Load(folder), item => item is T && (name is null || item.Metadata.Name == name));

    /// <summary>Every pod that is made, by the name of what makes it.</summary>
    public static IEnumerable<(string Name, V1PodTemplateSpec Template)> Pods() => Folders.SelectMany(Load).Select(static item => item switch
    {
        V1Deployment deployment => (item.Metadata.Name, deployment.Spec.Template),
        V1Job job => (item.Metadata.Name, job.Spec.Template),
        _ => (item.Metadata.Name, null!),
    }).Where(static pod => pod.Item2 is not null);
}

/// <summary>The keys of a kustomization that are used here; kustomize is no type of Kubernetes' own.</summary>
internal sealed class Kustomization
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public List<string> Resources { get; set; } = [];

    public List<ConfigMapGenerator> ConfigMapGenerator { get; set; } = [];

    public List<ImageTag> Images { get; set; } = [];
}

internal sealed class ConfigMapGenerator
{
    public string Name { get; set; } = "";

    public List<string> Files { get; set; } = [];

    public Dictionary<string, bool> Options { get; set; } = [];
}

internal sealed class ImageTag
{
    public string Name { get; set; } = "";

    public string NewTag { get; set; } = "";
}
