using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace KestrelRaw.Work.MongoDb;

/// <summary>The driver's settings: what the connection string says, and where it is silent what a server of connections needs.</summary>
internal static class MongoDbClientSettings
{
    /// <summary>The driver's own is 10 s, which is how long it may take until a MongoDB that is back is seen when nobody asks for it.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(2);

    /// <param name="connectionString">It must be valid.</param>
    /// <param name="timeout">For each step of an operation: to find a server, to connect, and to wait for a connection or an answer.</param>
    /// <param name="mostReads">How many reads there can be at once; null: any number.</param>
    public static MongoClientSettings Create(string connectionString, TimeSpan timeout, int? mostReads)
    {
        var said = new ConnectionString(connectionString);
        var settings = MongoClientSettings.FromConnectionString(connectionString);
        settings.ApplicationName ??= "KestrelRaw";
        settings.HeartbeatInterval = said.HeartbeatInterval ?? HeartbeatInterval;
        settings.ServerSelectionTimeout = said.ServerSelectionTimeout ?? timeout;
        settings.ConnectTimeout = said.ConnectTimeout ?? timeout;
        settings.SocketTimeout = said.SocketTimeout ?? timeout;
        settings.WaitQueueTimeout = said.WaitQueueTimeout ?? timeout;

        // Unlimited stays at the driver's 100: more connections would not make MongoDB faster.
        if (said.MaxPoolSize is null && mostReads is { } most)
        {
            settings.MaxConnectionPoolSize = Math.Max(1, most);
        }

        settings.MinConnectionPoolSize = Math.Min(settings.MinConnectionPoolSize, settings.MaxConnectionPoolSize);

        // Its 500 places are taken also by those who get a connection at once: a larger pool would fail as it fills.
#pragma warning disable CS0618 // Obsolete, because the places are to go away; until then they count.
        settings.WaitQueueSize = int.MaxValue;
#pragma warning restore CS0618
        return settings;
    }
}
