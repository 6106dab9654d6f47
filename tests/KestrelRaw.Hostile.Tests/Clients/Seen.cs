namespace KestrelRaw.Hostile.Tests.Clients;

/// <summary>How a connection went for a hostile client.</summary>
internal enum Seen
{
    /// <summary>The whole response.</summary>
    Answer,

    /// <summary>Some of the response, then FIN or RST.</summary>
    PartOfAnswer,

    /// <summary>FIN without a byte.</summary>
    Closed,

    /// <summary>RST without a byte.</summary>
    Reset,

    /// <summary>Neither an end nor the whole response in the time that the client gave it.</summary>
    StillOpen,

    /// <summary>The connect failed.</summary>
    Refused,

    /// <summary>It did not wait to see anything: it closed or reset of its own accord.</summary>
    Left,
}
