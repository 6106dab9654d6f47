using System.Buffers;

namespace KestrelRaw.Connections.Loops;

/// <summary>A part of what was received and not yet consumed.</summary>
internal sealed class InputBlock : ReadOnlySequenceSegment<byte>
{
    private readonly byte[] _array;

    public InputBlock(int length, InputBlock? previous)
    {
        _array = ArrayPool<byte>.Shared.Rent(length);
        if (previous is not null)
        {
            RunningIndex = previous.RunningIndex + previous.Count;
            previous.Next = this;
        }
    }

    /// <summary>Bytes in it.</summary>
    public int Count { get; private set; }

    public Span<byte> Free => _array.AsSpan(Count);

    public InputBlock? Following => (InputBlock?)Next;

    public void Add(int count)
    {
        Count += count;
        Memory = _array.AsMemory(0, Count);
    }

    public void Return() => ArrayPool<byte>.Shared.Return(_array);
}
