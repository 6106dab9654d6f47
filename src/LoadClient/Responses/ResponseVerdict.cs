namespace LoadClient.Responses;

/// <summary>What a response is at the end of its stream.</summary>
internal enum ResponseVerdict
{
    Good,

    /// <summary>The stream ended before the response was whole.</summary>
    Short,

    /// <summary>It is whole, but not the expected one.</summary>
    Unexpected,
}
