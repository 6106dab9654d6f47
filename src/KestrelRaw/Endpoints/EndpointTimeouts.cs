namespace KestrelRaw.Endpoints;

/// <summary>How long each phase of a connection may take, and how long its client may be silent on the wire in any of them.</summary>
internal sealed record EndpointTimeouts(TimeSpan FirstByte, TimeSpan Work, TimeSpan Send, TimeSpan Linger, TimeSpan Unreachable);
