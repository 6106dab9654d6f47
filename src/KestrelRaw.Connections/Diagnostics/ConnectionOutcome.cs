namespace KestrelRaw.Connections.Diagnostics;

/// <summary>How a connection ended. Every accepted connection ends in exactly one.</summary>
public enum ConnectionOutcome
{
    /// <summary>The whole response was handed to the kernel and the sending side was closed.</summary>
    Completed,

    /// <summary>The pool had no room and the connection was turned away.</summary>
    Rejected,

    /// <summary>The connection waited longer for a pool slot than it may.</summary>
    QueueTimeout,

    /// <summary>The client connected and sent nothing for too long.</summary>
    FirstByteTimeout,

    /// <summary>The client closed (FIN) before it had sent a byte.</summary>
    ClientClosed,

    /// <summary>The client reset the connection (RST) before the whole response was sent.</summary>
    ClientReset,

    /// <summary>The work failed.</summary>
    WorkFailed,

    /// <summary>The work took too long.</summary>
    WorkTimeout,

    /// <summary>The client did not take the response in time.</summary>
    SendTimeout,

    /// <summary>The server ended the connection: the shutdown deadline passed, or somebody aborted it.</summary>
    Aborted,

    /// <summary>A fault of the server itself; the log has it.</summary>
    Error,
}
