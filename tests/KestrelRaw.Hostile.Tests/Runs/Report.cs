using System.Globalization;
using KestrelRaw.Hostile.Tests.Servers;

namespace KestrelRaw.Hostile.Tests.Runs;

/// <summary>
/// What became of a case, a line of tab-separated fields each, for <c>bench/reliability.sh</c>: in the file that
/// <c>KESTRELRAW_RELIABILITY</c> names.
/// </summary>
internal static class Report
{
    private static readonly string? Path = Environment.GetEnvironmentVariable("KESTRELRAW_RELIABILITY") is { Length: > 0 } path ? path : null;

    public static bool IsWanted => Path is not null;

    public static void Add(Scene scene, ServerKind kind, string clientsSaw, RunResult result)
    {
        if (Path is not null)
        {
            File.AppendAllText(Path, string.Join('\t', Fields(scene, kind, clientsSaw, result)) + "\n");
        }
    }

    private static string[] Fields(Scene scene, ServerKind kind, string clientsSaw, RunResult result) =>
    [
        scene.Group,
        scene.Case,
        scene.Load,
        kind.ToString(),
        clientsSaw,
        result.OutcomesText,
        Number(result.GoodAnswers),
        Number(result.GoodFailures.Count),
        Number(result.SlowestGoodAnswer.TotalMilliseconds),
        Number(result.Recovery?.TotalMilliseconds),
        Number(result.After?.ResidentMegabytes - result.Before.ResidentMegabytes),
        Number(result.After?.Descriptors - result.Before.Descriptors),
    ];

    /// <summary>Whole, or empty where there is none.</summary>
    private static string Number(double? value) => value is { } number ? number.ToString("0", CultureInfo.InvariantCulture) : "";
}
