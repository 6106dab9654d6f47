namespace KestrelRaw.Hostile.Tests.Fuzzing;

/// <summary>What a client is going to do: decided before it connects, by its seed alone.</summary>
/// <param name="Seed">Makes the same plan again.</param>
/// <param name="Steps">One after the other, until the server has ended the connection.</param>
/// <param name="Reading">When it reads.</param>
/// <param name="HasSmallWindow">Its receive buffer is the smallest that there is.</param>
/// <param name="Source">The address that it comes from.</param>
internal sealed record FuzzPlan(int Seed, IReadOnlyList<FuzzStep> Steps, FuzzReading Reading, bool HasSmallWindow, string Source)
{
    private const int Sources = 50;
    private const int MostSteps = 8;
    private const int MostBytes = 100_000;
    private const int LongestPause = 200;

    /// <summary>A byte that is not urgent: the request.</summary>
    public bool Asks => Steps.Any(static step => step is SendStep);

    public bool HalfCloses => Steps.Any(static step => step is HalfCloseStep);

    public bool Resets => Steps.Any(static step => step is ResetStep);

    /// <summary>Keeps to the rules: asks, and reads to the end. What else it does is no reason to keep the response from it.</summary>
    public bool IsServable => Asks && !Resets && Reading is not (FuzzReading.Never or FuzzReading.APart);

    public static FuzzPlan Create(int seed)
    {
        var random = new Random(seed);
        var steps = new List<FuzzStep>();
        for (int count = random.Next(MostSteps + 1); count > 0; count--)
        {
            steps.Add(random.Next(10) switch
            {
                0 or 1 or 2 or 3 => new SendStep(RandomBytes(random)),
                4 or 5 or 6 => new PauseStep(TimeSpan.FromMilliseconds(random.Next(LongestPause + 1))),
                7 => new UrgentStep((byte)random.Next(256)),
                8 => new SendStep(RandomBytes(random)[..1]),
                _ => new HalfCloseStep(),
            });
            if (steps[^1] is HalfCloseStep)
            {
                break;
            }
        }

        if (random.Next(5) == 0)
        {
            steps.Insert(random.Next(steps.Count + 1), new ResetStep());
        }

        return new FuzzPlan(seed, steps, RandomReading(random), HasSmallWindow: random.Next(4) == 0, $"127.0.2.{1 + random.Next(Sources)}");
    }

    public override string ToString() =>
        $"seed {Seed}: {string.Join(", ", Steps)}; reads {Reading}{(HasSmallWindow ? ", small window" : "")}; from {Source}";

    /// <summary>Small ones more often; any bytes, and now and then only such as somebody might take for an end.</summary>
    private static byte[] RandomBytes(Random random)
    {
        byte[] bytes = new byte[1 + (int)(MostBytes * Math.Pow(random.NextDouble(), 4))];
        byte[]? alphabet = random.Next(4) switch
        {
            0 => [0],
            1 => "\r\n"u8.ToArray(),
            2 => [0xFF],
            _ => null,
        };
        if (alphabet is null)
        {
            random.NextBytes(bytes);
        }
        else
        {
            random.GetItems<byte>(alphabet, bytes);
        }

        return bytes;
    }

    private static FuzzReading RandomReading(Random random) => random.Next(8) switch
    {
        0 => FuzzReading.Never,
        1 => FuzzReading.APart,
        2 => FuzzReading.Slowly,
        3 or 4 => FuzzReading.Afterwards,
        _ => FuzzReading.Meanwhile,
    };
}

/// <summary>When a client reads.</summary>
internal enum FuzzReading
{
    /// <summary>Not at all: after its steps it closes.</summary>
    Never,

    /// <summary>A few bytes after its steps, and closes.</summary>
    APart,

    /// <summary>From the start, with pauses.</summary>
    Slowly,

    /// <summary>To the end, after its steps.</summary>
    Afterwards,

    /// <summary>To the end, from the start.</summary>
    Meanwhile,
}
