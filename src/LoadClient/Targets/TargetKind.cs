namespace LoadClient.Targets;

/// <summary>How a target is spoken to.</summary>
internal enum TargetKind
{
    /// <summary>Raw bytes over TCP.</summary>
    Tcp,

    /// <summary>HTTP/1.0 over TCP: the response is told apart into header and document.</summary>
    Http,

    /// <summary>Raw bytes over a unix domain socket.</summary>
    Unix,
}
