using System.Buffers;

namespace KestrelRaw.Connections.Loops;

/// <summary>What was received and not yet consumed. Blocks are borrowed when something comes, and returned when all of it was consumed.</summary>
internal sealed class InputBuffer
{
    private const int SmallestReceive = 512;
    private const int SmallestBlock = 4 * 1024;
    private const int LargestBlock = 64 * 1024;

    private InputBlock? _first;
    private InputBlock? _last;
    private int _blockLength = SmallestBlock;

    // Counted from the beginning of the first block that was borrowed since the buffer was empty.
    private long _consumed;
    private long _examined;
    private long _end;

    public bool HasUnexamined => _end > _examined;

    public ReadOnlySequence<byte> Unconsumed => _first is null
        ? ReadOnlySequence<byte>.Empty
        : new ReadOnlySequence<byte>(_first, (int)(_consumed - _first.RunningIndex), _last!, _last!.Count);

    /// <summary>Room to receive into; <see cref="Add"/> follows.</summary>
    public Span<byte> GetRoom()
    {
        if (_last is null || _last.Free.Length < SmallestReceive)
        {
            _last = new InputBlock(_blockLength, _last);
            if (_first is null)
            {
                _first = _last;
                _consumed = _examined = _end = 0;
            }
        }

        return _last.Free;
    }

    /// <param name="count">Bytes that were received; 0 or less: none.</param>
    /// <param name="room">Bytes that there was room for.</param>
    public void Add(int count, int room)
    {
        if (count <= 0)
        {
            ReturnConsumed();
            return;
        }

        _last!.Add(count);
        _end += count;

        // Who sends so much is given larger blocks from now on: fewer calls for the same bytes.
        _blockLength = count == room ? Math.Min(_blockLength * 2, LargestBlock) : _blockLength;
    }

    /// <exception cref="ArgumentException">A position is not one of the buffer's.</exception>
    /// <exception cref="InvalidOperationException">More was consumed than was examined.</exception>
    public void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        long consumedTo = IndexOf(consumed);
        long examinedTo = IndexOf(examined);
        if (consumedTo < _consumed || consumedTo > _end || examinedTo > _end)
        {
            throw new ArgumentOutOfRangeException(nameof(consumed), "The position is not one of the buffer that was read.");
        }

        if (examinedTo < consumedTo)
        {
            throw new InvalidOperationException("The examined position must be greater than or equal to the consumed position.");
        }

        _consumed = consumedTo;
        _examined = Math.Max(_examined, examinedTo);
        ReturnConsumed();
    }

    public void Clear()
    {
        _consumed = _examined = _end;
        ReturnConsumed();
    }

    /// <summary>The positions of an empty buffer are nowhere.</summary>
    private long IndexOf(SequencePosition position) =>
        position.GetObject() is InputBlock block ? block.RunningIndex + position.GetInteger()
        : position.GetObject() is null || position.Equals(ReadOnlySequence<byte>.Empty.Start) ? _consumed
        : throw new ArgumentException("The position is not one of the buffer that was read.", nameof(position));

    private void ReturnConsumed()
    {
        while (_first is { } block && block.RunningIndex + block.Count <= _consumed)
        {
            _first = block.Following;
            block.Return();
        }

        if (_first is null)
        {
            _last = null;
        }
    }
}
