using System.Buffers;

namespace KestrelRaw.Connections.Loops;

/// <summary>What a handler has written and the kernel has not yet taken, in the order of writing.</summary>
internal sealed class OutputBuffer
{
    private const int SmallestBlock = 4 * 1024;

    private Block? _first;
    private Block? _last;
    private bool _isLent;

    /// <summary>Bytes in it.</summary>
    public long Count { get; private set; }

    /// <summary>Room for at least <paramref name="sizeHint"/> bytes, and for one in any case; to be used until <see cref="Advance"/>.</summary>
    public Memory<byte> GetMemory(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (_last is null || _last.Free < Math.Max(sizeHint, 1))
        {
            Append(new Block(ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, SmallestBlock))));
        }

        _isLent = true;
        return _last!.Array.AsMemory(_last.End);
    }

    /// <summary>So many bytes of the memory were written.</summary>
    public void Advance(int count)
    {
        if (count < 0 || count > (_last?.Free ?? 0))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "Can't advance past the end of the memory that was given.");
        }

        _isLent = false;
        if (count > 0)
        {
            _last!.End += count;
            Count += count;
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetMemory(bytes.Length).Span);
        Advance(bytes.Length);
    }

    /// <summary>The first bytes, as many as lie in one piece.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        while (_first is { Count: 0 } && _first != _last)
        {
            DropFirst();
        }

        return _first is { } first ? first.Array.AsSpan(first.Start, first.Count) : default;
    }

    /// <summary>The first so many bytes of <see cref="Peek"/> are gone.</summary>
    public void Consume(int count)
    {
        _first!.Start += count;
        Count -= count;
        if (Count == 0 && !_isLent)
        {
            Clear();
        }
    }

    /// <summary>Drops all there is, but for memory that somebody may just be writing to.</summary>
    public void Clear()
    {
        while (_first is not null && !(_isLent && _first == _last))
        {
            DropFirst();
        }

        if (_first is { } lent)
        {
            lent.Start = lent.End;
        }
        else
        {
            _last = null;
        }

        Count = 0;
    }

    private void Append(Block block)
    {
        if (_last is null)
        {
            _first = block;
        }
        else
        {
            _last.Next = block;
        }

        _last = block;
    }

    private void DropFirst()
    {
        ArrayPool<byte>.Shared.Return(_first!.Array);
        _first = _first.Next;
    }

    private sealed class Block(byte[] array)
    {
        public byte[] Array => array;

        public int Free => array.Length - End;

        public int Count => End - Start;

        public int Start { get; set; }

        public int End { get; set; }

        public Block? Next { get; set; }
    }
}
