namespace KestrelRaw.Work;

/// <summary>Values of an endpoint's <c>Work:Kind</c>.</summary>
internal enum WorkKind
{
    Delay,
    None,
    MongoDb,
}
