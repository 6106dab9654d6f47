using YamlDotNet.Serialization;

namespace Deployment.Tests.Compose;

/// <summary>The keys that our compose file uses; docker-compose itself judges the rest.</summary>
internal sealed class ComposeFile
{
    public const string Path = "docker/compose.yaml";

    public Dictionary<string, ComposeService> Services { get; set; } = [];

    public Dictionary<string, object> Volumes { get; set; } = [];

    public static ComposeFile Load() => Repository.ReadYaml<ComposeFile>(Path);
}

internal sealed class ComposeService
{
    public string Image { get; set; } = "";

    public ComposeBuild? Build { get; set; }

    public Dictionary<string, string> Environment { get; set; } = [];

    public List<string> Ports { get; set; } = [];

    public List<string> Volumes { get; set; } = [];

    public List<string> Command { get; set; } = [];

    public List<string> Profiles { get; set; } = [];

    [YamlMember(Alias = "depends_on", ApplyNamingConventions = false)]
    public object? DependsOn { get; set; }

    [YamlMember(Alias = "read_only", ApplyNamingConventions = false)]
    public bool ReadOnly { get; set; }

    [YamlMember(Alias = "cap_drop", ApplyNamingConventions = false)]
    public List<string> CapDrop { get; set; } = [];

    [YamlMember(Alias = "security_opt", ApplyNamingConventions = false)]
    public List<string> SecurityOpt { get; set; } = [];

    [YamlMember(Alias = "mem_limit", ApplyNamingConventions = false)]
    public string? MemLimit { get; set; }

    public double? Cpus { get; set; }

    [YamlMember(Alias = "pids_limit", ApplyNamingConventions = false)]
    public int? PidsLimit { get; set; }

    public Dictionary<string, ComposeLimit> Ulimits { get; set; } = [];

    [YamlMember(Alias = "stop_grace_period", ApplyNamingConventions = false)]
    public string? StopGracePeriod { get; set; }

    public string? Restart { get; set; }

    public Dictionary<string, string> Healthcheck { get; set; } = [];
}

internal sealed class ComposeBuild
{
    public string Context { get; set; } = "";

    public string Dockerfile { get; set; } = "";

    public string? Target { get; set; }
}

internal sealed class ComposeLimit
{
    public int Soft { get; set; }

    public int Hard { get; set; }
}
