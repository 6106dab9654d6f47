namespace KestrelRaw.Endpoints;

/// <summary>Values of an endpoint's <c>Pool:WhenFull</c>.</summary>
internal enum WhenFull
{
    StopAccepting,
}
