namespace LoadClient.Sweeps;

/// <summary>What an argument says, and everything that is wrong with it. The value is only good without faults.</summary>
internal sealed record Parsed<T>(T Value, IReadOnlyList<string> Faults);
