using System.Text;

namespace LoadClient.Responses;

/// <summary>Says whether a response is good. One for all loops of a run: they share the reference.</summary>
internal sealed class ResponseJudge
{
    private const long None = -1;

    private readonly ResponseExpectation _expectation;
    private readonly TextMatcher? _text;
    private long _reference = None;

    public ResponseJudge(ResponseExpectation expectation)
    {
        _expectation = expectation;
        _text = string.IsNullOrEmpty(expectation.Text) ? null : new TextMatcher(Encoding.UTF8.GetBytes(expectation.Text));
    }

    /// <summary>Document length of the first good response, which the others are measured by (ab's rule); null before it.</summary>
    public long? Reference => Volatile.Read(ref _reference) is var length && length == None ? null : length;

    public void Read(ref ResponseState response, ReadOnlySpan<byte> bytes)
    {
        response.Bytes += bytes.Length;
        if (_text is not null)
        {
            response.TextMatched = _text.Read(response.TextMatched, bytes);
        }

        int head = _expectation.IsHttp && !response.Head.IsComplete ? response.Head.Read(bytes) : 0;
        response.DocumentBytes += bytes.Length - head;
    }

    /// <summary>At the end of the stream.</summary>
    public ResponseVerdict Judge(in ResponseState response)
    {
        ResponseVerdict verdict = JudgeLength(response);
        if (verdict != ResponseVerdict.Good)
        {
            return verdict;
        }

        if (_text is not null && !_text.IsFound(response.TextMatched))
        {
            return ResponseVerdict.Unexpected;
        }

        long reference = Interlocked.CompareExchange(ref _reference, response.DocumentBytes, None);
        return reference == None || _expectation.AnyLength || _expectation.Bytes is not null ? ResponseVerdict.Good : Compare(response.DocumentBytes, reference);
    }

    /// <summary>True for an HTTP response whose status is not 2xx.</summary>
    public bool IsNon2xx(in ResponseState response) => _expectation.IsHttp && response.Head.IsComplete && response.Head.Status / 100 != 2;

    private ResponseVerdict JudgeLength(in ResponseState response)
    {
        if (_expectation.Bytes is { } bytes)
        {
            return Compare(response.Bytes, bytes);
        }

        if (response.Bytes == 0 || (_expectation.IsHttp && !response.Head.IsComplete))
        {
            return ResponseVerdict.Short;
        }

        return _expectation is { IsHttp: true, IsHeadRequest: false } && response.Head.ContentLength is { } length ? Compare(response.DocumentBytes, length) : ResponseVerdict.Good;
    }

    private static ResponseVerdict Compare(long length, long expected) => length.CompareTo(expected) switch
    {
        0 => ResponseVerdict.Good,
        < 0 => ResponseVerdict.Short,
        _ => ResponseVerdict.Unexpected,
    };
}
