using System.Diagnostics;
using KestrelRaw.Configuration;
using KestrelRaw.Hostile.Tests.Runs;
using KestrelRaw.Logging;
using Serilog.Core;

namespace KestrelRaw.Hostile.Tests.Configuration;

/// <summary>Whatever stands in appsettings.json and on the command line: faults that a person can read, or settings.</summary>
public sealed class SettingsFuzzTests
{
    private const int Documents = 10_000;

    /// <summary>A fault is a line that fits on a screen.</summary>
    private const int LongestFault = 2500;

    /// <summary>For one document, on a slow machine that does other things.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Load_DocumentsBrokenAtRandom_AreFaultsOrSettingsAndNeverAnException()
    {
        int valid = 0;
        int count = await new SeededRuns(Documents).RunAsync((random, _) =>
        {
            string directory = Directory.CreateTempSubdirectory("kestrelraw-").FullName;
            try
            {
                var broken = new BrokenSettings(random);
                File.WriteAllBytes(Path.Combine(directory, "appsettings.json"), broken.Next());
                Interlocked.Add(ref valid, Load(directory, broken.NextArguments()) ? 1 : 0);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }

            return Task.CompletedTask;
        });

        // Else it would say little: all were refused for one reason.
        Assert.InRange(valid, count / 50, count / 2);
    }

    /// <returns>Whether there were no faults.</returns>
    private static bool Load(string directory, string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        var faults = new List<Fault>();
        LoadedConfiguration? loaded = LoadedConfiguration.Load(directory, arguments, faults);
        Assert.Equal(faults.Count == 0, loaded is not null);
        if (loaded is not null)
        {
            using Logger? logger = ServerLogger.Create(loaded.Root, faults);
            Assert.Equal(faults.Count == 0, logger is not null);
        }

        foreach (string text in faults.Select(fault => fault.ToString()))
        {
            Assert.True(text.Length < LongestFault, $"A fault has {text.Length} characters: {text[..Math.Min(text.Length, LongestFault)]}");
            Assert.DoesNotContain(text, char.IsControl);
            Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        }

        TimeSpan took = Stopwatch.GetElapsedTime(start);
        Assert.True(took < Longest, $"It took {took.TotalSeconds:0.0} s.");
        return faults.Count == 0;
    }
}
