using System.Diagnostics;
using System.Globalization;

namespace KestrelRaw.Hostile.Tests.Runs;

/// <summary>
/// Many tries with random input. Each has a generator of its own, made of the run's seed and the try's number, so that one that
/// failed can be had again alone. <c>KESTRELRAW_FUZZ_SECONDS=N</c> goes on for so long, <c>KESTRELRAW_FUZZ_SEED=N</c> begins
/// with another run's seed.
/// </summary>
internal sealed class SeededRuns
{
    private const int AtOnce = 8;

    private readonly int _count;
    private readonly TimeSpan? _duration = Number("KESTRELRAW_FUZZ_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <param name="count">Tries where nobody asks for a time.</param>
    public SeededRuns(int count)
    {
        _count = count;
        TestContext.Current.TestOutputHelper?.WriteLine($"KESTRELRAW_FUZZ_SEED={Seed}");
    }

    public int Seed { get; } = Number("KESTRELRAW_FUZZ_SEED") ?? Random.Shared.Next();

    /// <returns>How many tries there were.</returns>
    /// <exception cref="InvalidOperationException">One failed; the message names seed and number.</exception>
    public async Task<int> RunAsync(Func<Random, int, Task> tryOne)
    {
        int count = 0;
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Numbers(start), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, _) =>
        {
            Interlocked.Increment(ref count);
            try
            {
                await tryOne(new Random(unchecked((Seed * 397) ^ number)), number);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Try {number} of KESTRELRAW_FUZZ_SEED={Seed}: {error.Message}", error);
            }
        });
        return count;
    }

    private IEnumerable<int> Numbers(long start)
    {
        for (int number = 0; _duration is { } duration ? Stopwatch.GetElapsedTime(start) < duration : number < _count; number++)
        {
            yield return number;
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : null;
}
