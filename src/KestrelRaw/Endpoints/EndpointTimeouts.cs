namespace KestrelRaw.Endpoints;

/// <summary>How long each phase of a connection may take.</summary>
internal sealed record EndpointTimeouts(TimeSpan FirstByte, TimeSpan Work, TimeSpan Send, TimeSpan Linger);
