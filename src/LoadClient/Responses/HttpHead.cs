namespace LoadClient.Responses;

/// <summary>
/// Reads an HTTP response's head as it arrives, byte by byte, since it may be cut anywhere: its status, its
/// Content-Length, and where it ends (a blank line; a bare LF ends a line too, as for ab). Keeps no bytes; all zeros is
/// the start.
/// </summary>
internal struct HttpHead
{
    private const int StatusStart = 9;
    private const int StatusDigits = 3;
    private const long LongestLength = long.MaxValue / 100;

    private int _column;
    private int _matched;
    private bool _isPastFirstLine;
    private bool _isLength;
    private bool _hasLength;
    private long _length;

    public bool IsComplete { get; private set; }

    /// <summary>The status code; 0 when the first line has none.</summary>
    public int Status { get; private set; }

    public readonly long? ContentLength => _hasLength ? _length : null;

    private static ReadOnlySpan<byte> LengthName => "content-length:"u8;

    /// <returns>How many of the bytes belong to the head; fewer than all when the document begins among them.</returns>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (Read(bytes[i]))
            {
                IsComplete = true;
                return i + 1;
            }
        }

        return bytes.Length;
    }

    /// <returns>True at the end of the blank line.</returns>
    private bool Read(byte value)
    {
        if (value == '\n')
        {
            bool isBlank = _column == 0 && _isPastFirstLine;
            _isPastFirstLine = true;
            _column = 0;
            _matched = 0;
            _isLength = false;
            return isBlank;
        }

        if (value == '\r')
        {
            return false;
        }

        if (_isPastFirstLine)
        {
            ReadHeader(value);
        }
        else
        {
            ReadStatus(value);
        }

        _column++;
        return false;
    }

    private void ReadStatus(byte value)
    {
        if (_column is >= StatusStart and < StatusStart + StatusDigits && char.IsAsciiDigit((char)value))
        {
            Status = (Status * 10) + (value - '0');
        }
    }

    private void ReadHeader(byte value)
    {
        if (_isLength)
        {
            ReadLength(value);
        }
        else if (_matched == _column && _matched < LengthName.Length && (value | 0x20) == LengthName[_matched] && ++_matched == LengthName.Length)
        {
            _isLength = true;
        }
    }

    private void ReadLength(byte value)
    {
        if (char.IsAsciiDigit((char)value) && _length < LongestLength)
        {
            _hasLength = true;
            _length = (_length * 10) + (value - '0');
        }
        else if (value is not (byte)' ' and not (byte)'\t')
        {
            _isLength = false;
        }
    }
}
