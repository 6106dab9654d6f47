using System.Runtime.InteropServices;
using LoadClient.Load;
using Microsoft.Win32.SafeHandles;

namespace LoadClient.Reporting.Gnuplot;

/// <summary>
/// A temporary file of binary records. Its name is gone as soon as it is open, so that the kernel frees the space with the
/// handle, however the process ends.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    private static readonly int RecordLength = Marshal.SizeOf<RequestTimes>();

    private readonly SafeFileHandle _handle;

    /// <param name="handle">Of an empty file that is read and written at any place. The record file's to close.</param>
    public RecordFile(SafeFileHandle handle)
    {
        _handle = handle;
    }

    /// <summary>Records in the file.</summary>
    public long Count { get; private set; }

    /// <param name="directory">Where the space is taken; the system's temporary folder if nothing can be created there.</param>
    public static RecordFile Create(string directory)
    {
        try
        {
            return CreateIn(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return CreateIn(Path.GetTempPath());
        }
    }

    public void Append(ReadOnlySpan<RequestTimes> records)
    {
        RandomAccess.Write(_handle, MemoryMarshal.AsBytes(records), Count * RecordLength);
        Count += records.Length;
    }

    /// <summary>Reads records from an index on, as many as there are and fit; the number of them.</summary>
    public int Read(long index, Span<RequestTimes> records)
    {
        int count = (int)Math.Min(records.Length, Count - index);
        Span<byte> bytes = MemoryMarshal.AsBytes(records[..count]);
        long offset = index * RecordLength;
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_handle, bytes, offset);
            if (read == 0)
            {
                throw new EndOfStreamException("A temporary file is shorter than what was written to it.");
            }

            bytes = bytes[read..];
            offset += read;
        }

        return count;
    }

    public void Dispose() => _handle.Dispose();

    private static RecordFile CreateIn(string directory)
    {
        string path = Path.Combine(directory, $".loadclient-{Guid.NewGuid():N}.tmp");
        SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
        File.Delete(path);
        return new RecordFile(handle);
    }
}
