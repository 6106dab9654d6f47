namespace KestrelRaw.Work;

/// <summary>What a connection waits for between its request and its response.</summary>
internal sealed record WorkSettings(WorkKind Kind, TimeSpan Delay)
{
    /// <summary>Not null when, and only when, <see cref="Kind"/> is MongoDb.</summary>
    public MongoDbSettings? MongoDb { get; init; }

    /// <summary>There are keys of <c>Work:MongoDb</c> that the kind has no use for.</summary>
    public bool LeavesMongoDbUnused { get; init; }
}
