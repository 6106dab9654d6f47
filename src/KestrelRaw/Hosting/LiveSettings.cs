using KestrelRaw.Configuration;
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
    private IConfigurationRoot _inForce = atStart;
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
        Refused(logger, faults.Count, string.Concat(faults.Select(fault => $"{Environment.NewLine}  {fault}")));

    private void Apply(LoadedConfiguration loaded)
    {
        IReadOnlyList<SettingsChange> changes = SettingsChange.Find(_inForce, loaded.Root);
        _inForce = loaded.Root;
        foreach (EndpointSettings changed in loaded.Settings.Endpoints)
        {
            endpoints.FirstOrDefault(endpoint => endpoint.Name.Equals(changed.Name, StringComparison.OrdinalIgnoreCase))?.Change(changed);
        }

        foreach (SettingsChange change in changes)
        {
            string before = Show(change, change.Before);
            string after = Show(change, change.After);
            if (change.IsLive)
            {
                Changed(logger, change.Key, before, after);
            }
            else
            {
                AtNextStart(logger, change.Key, before, after);
            }
        }
    }

    private static string Show(SettingsChange change, string? value) => change.Setting?.IsSecret == true ? "(not shown)" : value ?? "null";

    [LoggerMessage(44, LogLevel.Information, "{Key} changed from {Before} to {After}", EventName = "SettingChanged")]
    private static partial void Changed(ILogger logger, string key, string before, string after);

    [LoggerMessage(45, LogLevel.Warning, "{Key} changed from {Before} to {After}: this takes effect at the next start", EventName = "SettingChangedForNextStart")]
    private static partial void AtNextStart(ILogger logger, string key, string before, string after);

    [LoggerMessage(46, LogLevel.Error, "The changed configuration is not valid, and the settings in force stay. {Count} faults:{Faults}", EventName = "ChangeRefused")]
    private static partial void Refused(ILogger logger, int count, string faults);

    [LoggerMessage(47, LogLevel.Warning, "Changes of the files in {Directory} will not be noticed: {Error}", EventName = "FilesNotWatched")]
    private static partial void NotWatched(ILogger logger, string directory, string error);
}
