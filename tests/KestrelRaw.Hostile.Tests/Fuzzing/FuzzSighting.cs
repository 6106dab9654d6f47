using KestrelRaw.Hostile.Tests.Clients;

namespace KestrelRaw.Hostile.Tests.Fuzzing;

/// <summary>What a client got.</summary>
/// <param name="Length">Bytes of the response, all as they should be.</param>
/// <param name="End">How it came to its end.</param>
internal sealed record FuzzSighting(int Length, FuzzEnd End)
{
    public Seen ToSeen(int responseLength) =>
        End == FuzzEnd.Refused ? Seen.Refused
        : End == FuzzEnd.StillOpen ? Seen.StillOpen
        : End == FuzzEnd.Left ? Seen.Left
        : Length == responseLength ? Seen.Answer
        : Length > 0 ? Seen.PartOfAnswer
        : End == FuzzEnd.EndOfFile ? Seen.Closed
        : Seen.Reset;
}

/// <summary>How a client's connection ended.</summary>
internal enum FuzzEnd
{
    /// <summary>The server's FIN.</summary>
    EndOfFile,

    /// <summary>The server's RST.</summary>
    Reset,

    /// <summary>The client has closed or reset.</summary>
    Left,

    /// <summary>Nothing came for too long.</summary>
    StillOpen,

    /// <summary>A byte that is not the response's, or one too many.</summary>
    WrongByte,

    /// <summary>There was no connection.</summary>
    Refused,
}
