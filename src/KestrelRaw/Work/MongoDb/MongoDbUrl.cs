using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace KestrelRaw.Work.MongoDb;

/// <summary>Reads connection strings as the driver does. Whoever calls this loads the driver.</summary>
internal static class MongoDbUrl
{
    /// <param name="text">The connection string.</param>
    /// <param name="database">The database that it names; null: none.</param>
    /// <returns>What is wrong with it, without showing any of it that could be a password; null: nothing.</returns>
    public static string? FindFault(string text, out string? database)
    {
        database = null;
        try
        {
            database = new ConnectionString(text).DatabaseName;
            return null;
        }
        catch (Exception exception) when (exception is MongoConfigurationException or ArgumentException)
        {
            // The driver's messages quote what they are about.
            bool isSafe = exception is MongoConfigurationException && !exception.Message.Contains("://", StringComparison.Ordinal) && !exception.Message.Contains('@');
            return isSafe ? exception.Message : "it can't be parsed";
        }
    }
}
