namespace LoadClient.Load;

/// <summary>How one connection ended: as good, or as exactly one error.</summary>
internal enum ConnectionOutcome
{
    /// <summary>The whole response came, and the end of the stream after it.</summary>
    Good,

    /// <summary>Nobody listens there (ECONNREFUSED; for a unix socket also ENOENT).</summary>
    Refused,

    /// <summary>The server, or something between, sent a RST.</summary>
    Reset,

    /// <summary>The time for the connection ran out before it was established.</summary>
    ConnectTimeout,

    /// <summary>The time for the connection ran out before the response's end.</summary>
    ReadTimeout,

    /// <summary>The stream ended before the response was whole.</summary>
    ShortResponse,

    /// <summary>The response is whole, but not the expected one.</summary>
    UnexpectedResponse,

    /// <summary>Every local port of the source address is in use (EADDRNOTAVAIL). A limit of this machine, not of the server.</summary>
    NoLocalPort,

    /// <summary>The process or the system has no descriptor left (EMFILE, ENFILE). A limit of this machine, not of the server.</summary>
    NoFileDescriptor,

    /// <summary>Anything else that the kernel may answer, such as an unreachable network. Reports name the kernel's message.</summary>
    Other,
}
