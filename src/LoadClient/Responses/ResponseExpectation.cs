namespace LoadClient.Responses;

/// <summary>What a good response is.</summary>
/// <param name="IsHttp">It has an HTTP head, which is no part of the document.</param>
/// <param name="IsHeadRequest">Then the head's Content-Length is of a document that does not come.</param>
/// <param name="Bytes">Length with everything in it; null: the document is as long as that of the first good one.</param>
/// <param name="Text">It contains this; null: anything.</param>
/// <param name="AnyLength">Documents may differ in length.</param>
internal sealed record ResponseExpectation(bool IsHttp, bool IsHeadRequest, long? Bytes, string? Text, bool AnyLength);
