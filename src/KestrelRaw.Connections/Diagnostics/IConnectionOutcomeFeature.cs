using Microsoft.AspNetCore.Connections;

namespace KestrelRaw.Connections.Diagnostics;

/// <summary>
/// What a connection's handler reports, and how it learns that the connection is to end. Found in
/// <see cref="BaseConnectionContext.Features"/> of every connection that our listener accepted.
/// </summary>
public interface IConnectionOutcomeFeature
{
    /// <summary>The outcome, or null while none is set. A connection that is disposed without one counts as completed.</summary>
    ConnectionOutcome? Outcome { get; }

    /// <summary>
    /// Cancelled by <see cref="EndAs"/>: a phase took too long, the client reset, or somebody aborted the connection.
    /// Not cancelled by the client's FIN: a client that half-closes first still waits for its response.
    /// </summary>
    CancellationToken Ended { get; }

    /// <summary>Bytes taken from the connection, discarded ones included. Set by the handler, shown in the log.</summary>
    long BytesReceived { get; set; }

    /// <summary>Bytes handed to the kernel. Set by the handler, shown in the log.</summary>
    long BytesSent { get; set; }

    /// <summary>Sets the outcome if none is set: the first reason wins.</summary>
    /// <returns>False when there was an outcome already; it stays.</returns>
    bool TrySetOutcome(ConnectionOutcome outcome);

    /// <summary>
    /// From now on a reset by the client ends the connection as <see cref="ConnectionOutcome.ClientReset"/> also while
    /// nothing is read. A handler that works for long asks for it, and otherwise has to keep a read pending meanwhile.
    /// </summary>
    /// <returns>False on a transport that sees a reset only through a pending read, which is Kestrel's.</returns>
    bool TryEndOnReset();

    /// <summary>Sets the outcome if none is set and cancels <see cref="Ended"/>. Safe from any thread, at any time.</summary>
    void EndAs(ConnectionOutcome outcome);
}
