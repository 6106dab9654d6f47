namespace KestrelRaw.Work;

/// <summary>Where the work <c>MongoDb</c> reads.</summary>
/// <param name="ConnectionString">May hold a password: never to be shown.</param>
/// <param name="Database">The database's name.</param>
/// <param name="Collection">The collection's name.</param>
/// <param name="Timeout">For the whole read, the wait for one of the driver's connections included.</param>
internal sealed record MongoDbSettings(string ConnectionString, string Database, string Collection, TimeSpan Timeout)
{
    /// <summary>What a connection string looks like.</summary>
    public const string Form = "mongodb://[USER:PASSWORD@]HOST[:PORT][,HOST...][/DATABASE][?OPTION=VALUE&...] or mongodb+srv://HOST/...";

    /// <summary>Database and collection, with a dot between them, as MongoDB writes it.</summary>
    public string Namespace => $"{Database}.{Collection}";
}
