using System.Text.Json;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Runs;

/// <summary>What became of a case, one line of JSON each, for <c>bench/reliability.sh</c>: in the file that <c>KESTRELRAW_RELIABILITY</c> names.</summary>
internal static class Report
{
    private static readonly string? Path = Environment.GetEnvironmentVariable("KESTRELRAW_RELIABILITY") is { Length: > 0 } path ? path : null;

    public static bool IsWanted => Path is not null;

    public static void Add(Scene scene, ServerKind kind, string clientsSaw, RunResult result)
    {
        if (Path is null)
        {
            return;
        }

        File.AppendAllText(Path, JsonSerializer.Serialize(new
        {
            scene.Group,
            scene.Case,
            scene.Load,
            Server = kind.ToString(),
            ClientsSaw = clientsSaw,
            Outcomes = result.OutcomesText,
            result.GoodAnswers,
            GoodFailures = result.GoodFailures.Count,
            SlowestGoodAnswer = result.SlowestGoodAnswer.TotalMilliseconds,
            Recovery = result.Recovery?.TotalMilliseconds,
            Megabytes = result.After is { } after ? after.ResidentMegabytes - result.Before.ResidentMegabytes : (int?)null,
            Descriptors = result.After is { } state ? state.Descriptors - result.Before.Descriptors : (int?)null,
        }) + "\n");
    }
}
