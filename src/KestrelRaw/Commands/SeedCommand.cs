using System.Globalization;
using KestrelRaw.Configuration;
using KestrelRaw.Work;
using KestrelRaw.Work.MongoDb;

namespace KestrelRaw.Commands;

/// <summary><c>seed --documents N</c>: fills the collections that the endpoints' work <c>MongoDb</c> reads from.</summary>
internal static class SeedCommand
{
    private const string Option = "--documents";

    private static readonly WholeNumberType Count = new(1, 100_000_000);

    public static async Task<int> RunAsync(string? documents, IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var faults = new List<Fault>();
        if (!Count.TryParse(documents, out int count))
        {
            faults.Add(new Fault(Option, documents is null ? $"is missing; must be {Count.Allowed}" : $"\"{documents}\" is not allowed; must be {Count.Allowed}"));
        }

        MongoDbSettings[] targets = FindTargets(LoadedConfiguration.Load(arguments, faults), faults);
        if (faults.Count > 0)
        {
            return FaultReport.Print(faults, error);
        }

        foreach (MongoDbSettings target in targets)
        {
            if (await DocumentSeeder.SeedAsync(target, count, done => Report(error, target, done, count), cancellationToken) is { } failure)
            {
                error.WriteLine($"KestrelRaw could not fill {target.Namespace}: {failure}");
                return ExitCode.Failed;
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Namespace} holds the documents \"1\" to \"{count}\"."));
        }

        return ExitCode.Done;
    }

    /// <summary>Endpoints may read from the same collection.</summary>
    private static MongoDbSettings[] FindTargets(LoadedConfiguration? configuration, List<Fault> faults)
    {
        MongoDbSettings[] targets = configuration is null ? [] :
            [.. configuration.Settings.Endpoints
                .Select(static endpoint => endpoint.Work.MongoDb)
                .OfType<MongoDbSettings>()
                .DistinctBy(static settings => (settings.ConnectionString, settings.Namespace))];
        if (configuration is not null && targets.Length == 0)
        {
            faults.Add(new Fault(ServerKeys.Endpoints, $"no enabled endpoint has {EndpointKeys.WorkKind.Key} MongoDb, so there is nothing to fill"));
        }

        return targets;
    }

    private static void Report(TextWriter error, MongoDbSettings target, int done, int count) =>
        error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Namespace}: {done:N0} of {count:N0}"));
}
