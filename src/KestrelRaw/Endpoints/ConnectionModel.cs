namespace KestrelRaw.Endpoints;

/// <summary>Values of an endpoint's <c>Model</c>.</summary>
internal enum ConnectionModel
{
    Async,
    Threads,
}
