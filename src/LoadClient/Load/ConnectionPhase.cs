namespace LoadClient.Load;

/// <summary>Where a connection stands.</summary>
internal enum ConnectionPhase
{
    /// <summary>No connection in this slot.</summary>
    Free,

    /// <summary>connect(2) is under way.</summary>
    Connecting,

    /// <summary>A unix socket's backlog is full: the kernel does not tell when it no longer is, so connect is tried again.</summary>
    WaitingForBacklog,

    /// <summary>Established; the request is not whole in the kernel yet.</summary>
    Sending,

    /// <summary>The request is sent.</summary>
    Receiving,
}
