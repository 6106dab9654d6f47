using LoadClient.Targets;

namespace LoadClient.Sweeps;

/// <summary>A target under the name that the rows call it by.</summary>
internal sealed record NamedTarget(string Name, Target Target);
