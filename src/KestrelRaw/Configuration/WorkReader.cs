using KestrelRaw.Work;
using KestrelRaw.Work.MongoDb;

namespace KestrelRaw.Configuration;

/// <summary>Reads an endpoint's <c>Work</c>.</summary>
internal static class WorkReader
{
    public static WorkSettings Read(SettingsReader reader, string section, List<Fault> faults)
    {
        WorkKind kind = reader.Read(section, EndpointKeys.WorkKind);
        string? connectionString = reader.Read(section, EndpointKeys.MongoDbConnectionString);
        string? database = reader.Read(section, EndpointKeys.MongoDbDatabase);
        string? collection = reader.Read(section, EndpointKeys.MongoDbCollection);
        TimeSpan timeout = reader.Read(section, EndpointKeys.MongoDbTimeout);
        var work = new WorkSettings(kind, reader.Read(section, EndpointKeys.WorkDelay));
        if (kind != WorkKind.MongoDb)
        {
            // No fault: whoever compares the kinds changes one key and leaves the others where they are.
            return work with { LeavesMongoDbUnused = reader.IsSet(section, EndpointKeys.MongoDbConnectionString) };
        }

        if (MongoDbRegistration.LeftOut is { } reason)
        {
            faults.Add(new Fault($"{section}:{EndpointKeys.WorkKind.Key}", $"\"{kind}\" is not in this program: {reason}"));
            return work;
        }

        foreach (Setting setting in new Setting[] { EndpointKeys.ResponseText, EndpointKeys.ResponseFile }.Where(setting => reader.IsSet(section, setting)))
        {
            faults.Add(new Fault($"{section}:{setting.Key}", "can't go with the work MongoDb: the body is the document's; give a Response:Preset, which frames it"));
        }

        string? named = ReadConnectionString(connectionString, section, faults, out bool isValid);
        if (isValid && (database ?? named) is null && !IsAtFault(EndpointKeys.MongoDbDatabase))
        {
            faults.Add(Missing(section, EndpointKeys.MongoDbDatabase, "give it, or name it in the connection string"));
        }

        if (collection is null && !IsAtFault(EndpointKeys.MongoDbCollection))
        {
            faults.Add(Missing(section, EndpointKeys.MongoDbCollection, "name the collection"));
        }

        return work with { MongoDb = new MongoDbSettings(connectionString ?? "", database ?? named ?? "", collection ?? "", timeout) };

        // A bad value has its fault already; what was read in its place is the default.
        bool IsAtFault(Setting setting) => faults.Any(fault => fault.Subject == $"{section}:{setting.Key}");
    }

    /// <returns>The database that it names; null: none.</returns>
    private static string? ReadConnectionString(string? text, string section, List<Fault> faults, out bool isValid)
    {
        string? database = null;
        string? reason = null;
        if (string.IsNullOrEmpty(text))
        {
            faults.Add(Missing(section, EndpointKeys.MongoDbConnectionString, $"must be {MongoDbSettings.Form}"));
        }
        else if ((reason = MongoDbUrl.FindFault(text, out database)) is not null)
        {
            faults.Add(new Fault($"{section}:{EndpointKeys.MongoDbConnectionString.Key}", $"what is given is not allowed ({reason.TrimEnd('.')}); must be {MongoDbSettings.Form}"));
        }

        isValid = !string.IsNullOrEmpty(text) && reason is null;
        return database;
    }

    private static Fault Missing(string section, Setting setting, string message) =>
        new($"{section}:{setting.Key}", $"is missing, and the work MongoDb needs it; {message}");
}
