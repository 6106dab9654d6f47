using LoadClient.Load;

namespace LoadClient.Reporting.Gnuplot;

/// <summary>Appends records to a file through a buffer.</summary>
internal sealed class RecordWriter(RecordFile file)
{
    /// <summary>64 KB: a write for every 2,048 records costs about 20 us, 10 ns a record.</summary>
    private readonly RequestTimes[] _buffer = new RequestTimes[2048];

    private int _count;

    public void Append(in RequestTimes record)
    {
        if (_count == _buffer.Length)
        {
            Flush();
        }

        _buffer[_count++] = record;
    }

    public void Flush()
    {
        ReadOnlySpan<RequestTimes> records = _buffer.AsSpan(0, _count);
        _count = 0;
        file.Append(records);
    }
}
