using System.Globalization;
using System.Text.RegularExpressions;
using KestrelRaw.TestHelpers;

namespace Deployment.Tests.Compose;

/// <summary>docker/compose.yaml: valid, nothing open to the network, and at one with the programs it starts.</summary>
public sealed class ComposeTests
{
    private static readonly ComposeFile File = ComposeFile.Load();

    private static ComposeService Server => File.Services["server"];

    private static ComposeService Seed => File.Services["seed"];

    private static ComposeService Load => File.Services["loadclient"];

    [Fact]
    public async Task Config_DockerCompose_HasNoComplaint() =>
        Assert.Equal((0, ""), await Tools.RunAsync("docker-compose", $"-f {Repository.Path(ComposeFile.Path)} --profile load config -q"));

    [Fact]
    public void Ports_EveryService_AreOnLoopback() =>
        Assert.All(File.Services.Values.SelectMany(static service => service.Ports), static port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    [Fact]
    public void Services_All_AreBoundedAndGainNoPrivileges() => Assert.All(File.Services.Values, static service =>
    {
        Assert.NotNull(service.MemLimit);
        Assert.NotNull(service.Cpus);
        Assert.NotNull(service.PidsLimit);
        Assert.Equal(["no-new-privileges:true"], service.SecurityOpt);
    });

    [Fact]
    public void Services_OfOurs_HaveNoCapabilityAndNoDiskToWriteOn() => Assert.All([Server, Seed, Load], static service =>
    {
        Assert.True(service.ReadOnly);
        Assert.Equal(["ALL"], service.CapDrop);
    });

    [Fact]
    public void Environment_WhatIsSecret_ComesFromOutside() => Assert.All(
        File.Services.Values.SelectMany(static service => service.Environment).Where(static variable => Regex.IsMatch(variable.Key, "token|password|secret", RegexOptions.IgnoreCase)),
        static variable => Assert.Matches(@"^\$\{\w+:-\}$", variable.Value));

    [Fact]
    public void Files_ThatAreMountedOrBuilt_AreThere()
    {
        foreach (ComposeService service in File.Services.Values)
        {
            Assert.All(
                service.Volumes.Select(static volume => volume.Split(':')[0]),
                static source => Assert.True(source.StartsWith('.') ? Directory.Exists(Repository.Path($"docker/{source}")) : File.Volumes.ContainsKey(source), source));
            Assert.True(service.Build is null || Repository.Path($"docker/{service.Build.Context}") == Repository.Path("."), service.Image);
        }

        Assert.Contains($" AS {Load.Build!.Target}\n", Repository.Read("docker/Dockerfile"), StringComparison.Ordinal);
        Assert.Equal(["load"], Load.Profiles);
    }

    [Fact]
    public async Task Server_Settings_AreValidAndAreWhatIsPublishedAndScraped()
    {
        Dictionary<string, string> settings = await Programs.CheckSettingsAsync("appsettings.json", Server.Environment.ToDictionary(static variable => variable.Key, static variable => Regex.Replace(variable.Value, @"\$\{\w+:-\}", "")));
        IEnumerable<string> listening = settings.Where(static setting => setting.Key.EndsWith(":Url", StringComparison.Ordinal)).Select(static setting => setting.Value.Split(':')[^1]);
        Assert.Equal(listening.Order(), Server.Ports.Select(static port => port.Split(':')[^1]).Order());
        Assert.All(Server.Ports, static port => Assert.Equal(port.Split(':')[1], port.Split(':')[2]));

        Assert.Equal("http://0.0.0.0:9464", settings["Admin:Url"]);
        Assert.Equal("server", settings["Admin:AllowedHosts"]);
        Assert.Contains("- targets: [\"server:9464\"]", Repository.Read("docker/prometheus/prometheus.yml"), StringComparison.Ordinal);

        double grace = double.Parse(Server.StopGracePeriod!.TrimEnd('s'), CultureInfo.InvariantCulture);
        Assert.True(grace > TimeSpan.Parse(settings["ShutdownTimeout"], CultureInfo.InvariantCulture).TotalSeconds);
        Assert.True(Server.Ulimits["nofile"].Soft > int.Parse(settings["Endpoints:pool:Pool:Size"], CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Seed_IsTheServersImageAndFillsWhatTheServerReads()
    {
        Assert.Equal(Server.Image, Seed.Image);
        Assert.Equal(Server.Environment, Seed.Environment);
        Assert.Equal(["seed", "--documents", "10000"], Seed.Command);
        Assert.StartsWith("mongodb://mongodb/", Server.Environment["KestrelRaw__Endpoints__mongo__Work__MongoDb__ConnectionString"], StringComparison.Ordinal);
        Assert.Contains("mongodb", File.Services.Keys);
    }

    /// <summary>A test here would take the place of the image's own.</summary>
    [Fact]
    public void Server_HealthCheck_IsTheImages()
    {
        Assert.Equal(["interval"], Server.Healthcheck.Keys);
        Assert.Contains("\nHEALTHCHECK ", Repository.Read("docker/Dockerfile"), StringComparison.Ordinal);
        Assert.Equal("service_healthy", ((Load.DependsOn as Dictionary<object, object>)?["server"] as Dictionary<object, object>)?["condition"]);
    }

    [Fact]
    public async Task LoadClient_ItsCommand_RunsAndSucceeds()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("""{ "pool": { "Url": "tcp://127.0.0.1:0", "Work": { "Delay": "500ms" }, "Pool": { "Size": 1000 } } }""");
        string[] command = [.. Load.Command];
        Assert.Equal("tcp://server:7778", command[0]);
        command[0] = $"tcp://127.0.0.1:{server.Port("pool")}";
        int requests = Array.IndexOf(command, "-n") + 1;
        int connections = Array.IndexOf(command, "-c") + 1;
        Assert.True(int.Parse(command[connections], CultureInfo.InvariantCulture) < Load.Ulimits["nofile"].Soft);
        (command[requests], command[connections]) = ("200", "100");
        (int exitCode, string output) = await Programs.RunLoadClientAsync(command);
        Assert.True(exitCode == 0, output);
        Assert.Matches("Complete requests: +200\n", output);
    }
}
