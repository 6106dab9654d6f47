using LoadClient.Load;

namespace LoadClient.Reporting.Gnuplot;

/// <summary>A sorted stretch of a file, read in order through a small buffer.</summary>
internal sealed class SortedRun(RecordFile file, long start, long count)
{
    /// <summary>32 KB for each run that is merged; none before the merge begins.</summary>
    private const int BufferRecords = 1024;

    private readonly long _end = start + count;
    private RequestTimes[] _buffer = [];
    private long _position = start;
    private int _index;
    private int _filled;

    public bool TryRead(out RequestTimes record)
    {
        if (_index == _filled)
        {
            Fill();
        }

        bool isThere = _index < _filled;
        record = isThere ? _buffer[_index++] : default;
        return isThere;
    }

    private void Fill()
    {
        if (_buffer.Length == 0)
        {
            _buffer = new RequestTimes[BufferRecords];
        }

        _index = 0;
        _filled = file.Read(_position, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, _end - _position)));
        _position += _filled;
    }
}
