using System.Text;
using LoadClient.Load;
using LoadClient.Targets;

namespace LoadClient.Responses;

/// <summary>Says whether a response is good. One for all loops of a run: they share the reference.</summary>
internal sealed class ResponseJudge
{
    private const long None = -1;

    private readonly bool _isHttp;
    private readonly bool _isHeadRequest;
    private readonly bool _anyLength;
    private readonly long? _expectBytes;
    private readonly TextMatcher? _text;
    private long _reference = None;

    public ResponseJudge(LoadSettings settings)
    {
        _isHttp = settings.Target.Kind == TargetKind.Http;
        _isHeadRequest = settings.Request.Span.StartsWith("HEAD "u8);
        _anyLength = settings.AnyLength;
        _expectBytes = settings.ExpectBytes;
        _text = string.IsNullOrEmpty(settings.ExpectText) ? null : new TextMatcher(Encoding.UTF8.GetBytes(settings.ExpectText));
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

        int head = _isHttp && !response.Head.IsComplete ? response.Head.Read(bytes) : 0;
        response.DocumentBytes += bytes.Length - head;
    }

    /// <summary>At the end of the stream.</summary>
    public ConnectionOutcome Judge(in ResponseState response)
    {
        ConnectionOutcome outcome = JudgeLength(response);
        if (outcome != ConnectionOutcome.Good)
        {
            return outcome;
        }

        if (_text is not null && !_text.IsFound(response.TextMatched))
        {
            return ConnectionOutcome.UnexpectedResponse;
        }

        long reference = Interlocked.CompareExchange(ref _reference, response.DocumentBytes, None);
        return reference == None || _anyLength || _expectBytes is not null ? ConnectionOutcome.Good : Compare(response.DocumentBytes, reference);
    }

    /// <summary>True for an HTTP response whose status is not 2xx.</summary>
    public bool IsNon2xx(in ResponseState response) => _isHttp && response.Head.IsComplete && response.Head.Status / 100 != 2;

    private ConnectionOutcome JudgeLength(in ResponseState response)
    {
        if (_expectBytes is { } bytes)
        {
            return Compare(response.Bytes, bytes);
        }

        if (response.Bytes == 0 || (_isHttp && !response.Head.IsComplete))
        {
            return ConnectionOutcome.ShortResponse;
        }

        return _isHttp && !_isHeadRequest && response.Head.ContentLength is { } length ? Compare(response.DocumentBytes, length) : ConnectionOutcome.Good;
    }

    private static ConnectionOutcome Compare(long length, long expected) => length.CompareTo(expected) switch
    {
        0 => ConnectionOutcome.Good,
        < 0 => ConnectionOutcome.ShortResponse,
        _ => ConnectionOutcome.UnexpectedResponse,
    };
}
