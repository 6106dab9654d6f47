using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using KestrelRaw.TestHelpers;

namespace Deployment.Tests.Kubernetes;

/// <summary>The Job that makes load, and the one that merges what it wrote: run here, as their pods would.</summary>
public sealed class LoadManifestTests
{
    private const string Results = "/results";
    private const string Index = "$(JOB_COMPLETION_INDEX)";

    private static readonly V1Job Load = Manifests.Single<V1Job>(Manifests.LoadFolder);
    private static readonly V1Job Merge = Manifests.Single<V1Job>(Manifests.MergeFolder);

    private static V1Container Client => Load.Spec.Template.Spec.Containers[0];

    private static V1Container Merger => Merge.Spec.Template.Spec.Containers[0];

    [Fact]
    public void Jobs_Both_UseTheClaimThatIsCreated()
    {
        var claim = Manifests.Single<V1PersistentVolumeClaim>(Manifests.LoadFolder);
        foreach (V1Job job in (V1Job[])[Load, Merge])
        {
            Assert.Equal(claim.Metadata.Name, Assert.Single(job.Spec.Template.Spec.Volumes).PersistentVolumeClaim.ClaimName);
            Assert.Equal(Results, Assert.Single(job.Spec.Template.Spec.Containers[0].VolumeMounts).MountPath);

            // Else the volume is root's, and a process that is not root can't write to it.
            Assert.Equal(job.Spec.Template.Spec.SecurityContext.RunAsGroup, job.Spec.Template.Spec.SecurityContext.FsGroup);
        }
    }

    [Fact]
    public void Load_Target_IsTheServersService()
    {
        V1Service service = Manifests.Single<V1Service>(Manifests.Folder, "kestrelraw");
        Assert.Equal($"tcp://{service.Metadata.Name}:{Assert.Single(service.Spec.Ports).Port}", Client.Args[0]);
    }

    [Fact]
    public async Task Load_EveryPodThenTheMerge_GiveOneResult()
    {
        Assert.Equal(("Indexed", Load.Spec.Completions), (Load.Spec.CompletionMode, Load.Spec.Parallelism));
        int pods = Load.Spec.Completions!.Value;
        using var folder = new TemporaryFolder();
        await using ServerProcess server = await ServerProcess.StartAsync("""{ "pool": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "500ms" }, "Pool": { "Size": 1000 } } }""");

        (int ExitCode, string Output)[] runs = await Task.WhenAll(
            Enumerable.Range(0, pods).Select(index => Programs.RunLoadClientAsync(Arguments(server.Port("pool"), folder.Path, index))));
        Assert.All(runs, static run => Assert.True(run.ExitCode == 0, run.Output));

        (int exitCode, string output) = await Programs.RunLoadClientAsync(Merger.Args.Select(argument => argument.Replace(Results, folder.Path, StringComparison.Ordinal)));
        Assert.True(exitCode == 0, output);
        int requests = runs.Sum(static run => Field(run.Output, "Complete requests"));
        Assert.True(requests >= pods);
        Assert.Equal(requests, Field(output, "Good connections"));
        Assert.Equal(pods, Regex.Count(output, @"^\S+/\d\.hlog ", RegexOptions.Multiline));

        (_, string again) = await Programs.RunLoadClientAsync(["merge", folder.File("all.hlog")]);
        Assert.Equal(requests, Field(again, "Good connections"));
    }

    /// <summary>A pod's own, with the test's server, a shorter run at a lower rate, and a threshold that a busy machine keeps.</summary>
    private static IEnumerable<string> Arguments(int port, string folder, int index)
    {
        string[] arguments = [.. Client.Args];
        arguments[0] = $"tcp://127.0.0.1:{port}";
        Replace("--rate", "20");
        Replace("--duration", "2s");
        Replace("--fail-if", "p99>20s");
        Assert.Contains($"{Results}/{Index}.hlog", arguments);
        return arguments.Select(argument => argument.Replace(Results, folder, StringComparison.Ordinal).Replace(Index, $"{index}", StringComparison.Ordinal));

        void Replace(string option, string value) => arguments[Array.IndexOf(arguments, option) + 1] = value;
    }

    private static int Field(string output, string label) => int.Parse(Regex.Match(output, $@"{label}: +(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
}
