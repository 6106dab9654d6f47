using LoadClient.Load;

namespace LoadClient.Sweeps;

/// <summary>One run of the sweep that is to be done.</summary>
internal sealed record SweepStep(NamedTarget Target, ISweepTool Tool, LoadSettings Settings);
