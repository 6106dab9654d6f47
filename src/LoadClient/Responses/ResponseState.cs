namespace LoadClient.Responses;

/// <summary>How far one response has come; all zeros is the start.</summary>
internal struct ResponseState
{
    /// <summary>http:// only.</summary>
    public HttpHead Head;

    /// <summary>Of <c>--expect</c>'s text.</summary>
    public int TextMatched;

    /// <summary>Everything received.</summary>
    public long Bytes;

    /// <summary>The same without an HTTP head.</summary>
    public long DocumentBytes;
}
