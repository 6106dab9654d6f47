using KestrelRaw.Configuration;
using KestrelRaw.Connections.Pools;
using KestrelRaw.Endpoints;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace KestrelRaw.Hosting;

/// <summary>
/// Takes over what was changed in appsettings.json while the server runs: all of a save, or nothing of it when anything
/// in it is wrong. Connections that run keep the settings that they began with.
/// </summary>
internal sealed partial class LiveSettings(
    Func<List<Fault>, LoadedConfiguration?> load,
    IConfigurationRoot atStart,
    IReadOnlyList<BoundEndpoint> endpoints,
    TimeProvider timeProvider,
    ILogger<LiveSettings> logger) : IDisposable
{
    /// <summary>As many as one event of the log shows.</summary>
    private const int MostFaults = 100;

    private readonly Dictionary<string, SettingValue> _inForce = SettingsChange.Read(atStart);

    /// <summary>What was said to be due at the next start, and is still so.</summary>
    private Dictionary<string, SettingValue?> _due = [];
    private SettingsFileWatcher? _watcher;

    /// <summary>Begins to watch the files. Where the system can't, it is said, and the settings stay as they are.</summary>
    public void Start(string directory)
    {
        try
        {
            _watcher = new SettingsFileWatcher(directory, Load, Report, timeProvider);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            NotWatched(logger, directory, exception.Message);
        }
    }

    public void Dispose() => _watcher?.Dispose();

    internal IReadOnlyList<Fault> Load()
    {
        var faults = new List<Fault>();
        if (load(faults) is { } loaded)
        {
            Apply(loaded);
        }

        return faults;
    }

    internal void Report(IReadOnlyList<Fault> faults) =>
        Refused(logger, faults.Count, string.Concat(faults.Take(MostFaults).Select(fault => $"{Environment.NewLine}  {fault}")));

    private void Apply(LoadedConfiguration loaded)
    {
        (BoundEndpoint Bound, EndpointSettings? Changed)[] pairs =
            [.. endpoints.Select(bound => (bound, loaded.Settings.Endpoints.FirstOrDefault(changed => changed.Name.Equals(bound.Name, StringComparison.OrdinalIgnoreCase))))];
        foreach (var pool in pairs.GroupBy(pair => pair.Bound.Admission.Pool))
        {
            ChangePool(pool.Key, [.. pool]);
        }

        foreach ((BoundEndpoint bound, EndpointSettings? changed) in pairs)
        {
            if (changed is not null)
            {
                bound.Change(changed);
            }
        }

        Tell(SettingsChange.Find(_inForce, SettingsChange.Read(loaded.Root)), pairs);
    }

    /// <summary>
    /// An endpoint that is gone from the file, or moved to another pool, still has its place in this one until the next
    /// start; so what it has said of the pool stands, unless one that stays says otherwise.
    /// </summary>
    private static void ChangePool(ConnectionPool pool, IReadOnlyList<(BoundEndpoint Bound, EndpointSettings? Changed)> members)
    {
        PoolSettings[] stay = [.. members.Where(IsInPool).Select(member => member.Changed!.Pool)];
        PoolSettings[] leave = [.. members.Where(member => !IsInPool(member)).Select(member => member.Bound.Settings.Pool)];
        pool.PerClient = stay.FirstOrDefault(settings => settings.StatesPerClient) is { } saysPerClient ? saysPerClient.PerClient
            : leave.Any(settings => settings.StatesPerClient) ? pool.PerClient : null;
        int? size = stay.FirstOrDefault(settings => settings.StatesSize) is { } saysSize ? saysSize.Size
            : leave.Any(settings => settings.StatesSize) ? pool.Size : null;

        if (members.Any(IsAdaptive))
        {
            return;
        }

        // Only what is new in the file: a size that was set at the admin surface outlives a save of other keys.
        int? before = members.OrderByDescending(IsInPool).First().Bound.Settings.Pool.Size;
        if (size != before && size != pool.Size)
        {
            pool.Resize(size);
        }
    }

    /// <summary>It finds its size itself, or is to from the next start on.</summary>
    private static bool IsAdaptive((BoundEndpoint Bound, EndpointSettings? Changed) member) =>
        member.Bound.Settings.Pool.Adaptive is not null || (IsInPool(member) && member.Changed!.Pool.Adaptive is not null);

    private static bool IsInPool((BoundEndpoint Bound, EndpointSettings? Changed) member) =>
        member.Changed is not null && member.Bound.SharesPoolWith(member.Changed);

    private void Tell(IReadOnlyList<SettingsChange> changes, (BoundEndpoint Bound, EndpointSettings? Changed)[] pairs)
    {
        var due = new Dictionary<string, SettingValue?>(StringComparer.OrdinalIgnoreCase);
        foreach (SettingsChange change in changes)
        {
            (BoundEndpoint Bound, EndpointSettings? Changed) pair =
                pairs.FirstOrDefault(pair => pair.Bound.Name.Equals(change.Endpoint, StringComparison.OrdinalIgnoreCase));
            bool isOfPool = change.Setting == EndpointKeys.PoolSize || change.Setting == EndpointKeys.PoolPerClient;
            bool isFirstSize = change.Setting == EndpointKeys.PoolSize && pair.Changed is not null && IsAdaptive(pair);
            if (change.Setting?.IsLive == true && pair.Changed is not null && (!isOfPool || IsInPool(pair)) && !isFirstSize)
            {
                _inForce[change.Key] = change.After!;
                Changed(logger, change.Key, change.BeforeText, change.AfterText);
            }
            else
            {
                due[change.Key] = change.After;
                if (!_due.TryGetValue(change.Key, out SettingValue? told) || told != change.After)
                {
                    AtNextStart(logger, change.Key, change.BeforeText, change.AfterText);
                }
            }
        }

        _due = due;
    }

    [LoggerMessage(44, LogLevel.Information, "{Key} changed from {Before} to {After}", EventName = "SettingChanged")]
    private static partial void Changed(ILogger logger, string key, string before, string after);

    [LoggerMessage(45, LogLevel.Warning, "{Key} changed from {Before} to {After}: this takes effect at the next start", EventName = "SettingChangedForNextStart")]
    private static partial void AtNextStart(ILogger logger, string key, string before, string after);

    [LoggerMessage(46, LogLevel.Error, "The changed configuration is not valid, and the settings in force stay. {Count} faults:{Faults}", EventName = "ChangeRefused")]
    private static partial void Refused(ILogger logger, int count, string faults);

    [LoggerMessage(47, LogLevel.Warning, "Changes of the files in {Directory} will not be noticed: {Error}", EventName = "FilesNotWatched")]
    private static partial void NotWatched(ILogger logger, string directory, string error);
}
