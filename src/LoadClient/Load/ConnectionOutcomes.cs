using LoadClient.Kernel;
using LoadClient.Responses;

namespace LoadClient.Load;

/// <summary>Which outcome an error number of the kernel is, a response, or time that has run out.</summary>
internal static class ConnectionOutcomes
{
    public static ConnectionOutcome Classify(int error, ConnectionPhase phase) => error switch
    {
        // A unix socket's file is not there: nobody listens.
        Errno.ConnectionRefused or Errno.NoEntry => ConnectionOutcome.Refused,
        Errno.ConnectionReset or Errno.BrokenPipe => ConnectionOutcome.Reset,
        Errno.TimedOut => Timeout(phase),
        Errno.AddressNotAvailable => ConnectionOutcome.NoLocalPort,
        Errno.ProcessFiles or Errno.SystemFiles => ConnectionOutcome.NoFileDescriptor,
        _ => ConnectionOutcome.Other,
    };

    public static ConnectionOutcome Classify(ResponseVerdict verdict) => verdict switch
    {
        ResponseVerdict.Good => ConnectionOutcome.Good,
        ResponseVerdict.Short => ConnectionOutcome.ShortResponse,
        ResponseVerdict.Unexpected => ConnectionOutcome.UnexpectedResponse,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    /// <summary>What it is when the time of a connection in that phase has run out.</summary>
    public static ConnectionOutcome Timeout(ConnectionPhase phase) =>
        phase is ConnectionPhase.Connecting or ConnectionPhase.WaitingForBacklog ? ConnectionOutcome.ConnectTimeout : ConnectionOutcome.ReadTimeout;

    /// <summary>True for a limit of this machine: the next try would meet it too.</summary>
    public static bool IsOwnLimit(ConnectionOutcome outcome) => outcome is ConnectionOutcome.NoLocalPort or ConnectionOutcome.NoFileDescriptor;
}
