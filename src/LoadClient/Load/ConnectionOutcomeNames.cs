namespace LoadClient.Load;

/// <summary>The outcomes' names in reports.</summary>
internal static class ConnectionOutcomeNames
{
    /// <summary>Every outcome but <see cref="ConnectionOutcome.Good"/>, in the order of reports.</summary>
    public static IReadOnlyList<ConnectionOutcome> Errors { get; } =
        [.. Enum.GetValues<ConnectionOutcome>().Where(outcome => outcome != ConnectionOutcome.Good)];

    public static string Name(this ConnectionOutcome outcome) => outcome switch
    {
        ConnectionOutcome.Good => "good",
        ConnectionOutcome.Refused => "refused",
        ConnectionOutcome.Reset => "reset",
        ConnectionOutcome.ConnectTimeout => "connect-timeout",
        ConnectionOutcome.ReadTimeout => "read-timeout",
        ConnectionOutcome.ShortResponse => "short-response",
        ConnectionOutcome.UnexpectedResponse => "unexpected-response",
        ConnectionOutcome.NoLocalPort => "no-local-port",
        ConnectionOutcome.NoFileDescriptor => "no-file-descriptor",
        ConnectionOutcome.Other => "other",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
