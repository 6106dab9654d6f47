namespace KestrelRaw.Connections.Tests.Adaptation.Simulation;

/// <summary>How long the back end works on one call when nothing disturbs it.</summary>
internal sealed record ServiceTime(string Name, double Mean, Func<Random, double> Factor)
{
    public static ServiceTime Constant(double seconds) => new("constant", seconds, static _ => 1);

    public static ServiceTime Exponential(double seconds) => new("exponential", seconds, static random => -Math.Log(1 - random.NextDouble()));

    /// <summary>Heavy-tailed: sigma 1, so that one in a hundred takes six times the mean.</summary>
    public static ServiceTime Lognormal(double seconds) => new("lognormal", seconds, static random => Math.Exp(Normal(random) - 0.5));

    /// <summary>Of mean 0 and deviation 1; the Box-Muller transform.</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
