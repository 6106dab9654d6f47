namespace LoadClient.Responses;

/// <summary>
/// Finds a text in a stream that may be cut anywhere, with one number of state a stream (the algorithm of Knuth, Morris
/// and Pratt).
/// </summary>
internal sealed class TextMatcher
{
    private readonly byte[] _text;
    private readonly int[] _fallback;

    /// <param name="text">At least one byte.</param>
    public TextMatcher(byte[] text)
    {
        _text = text;
        _fallback = new int[text.Length];
        for (int i = 1; i < text.Length; i++)
        {
            _fallback[i] = Advance(_fallback[i - 1], text[i]);
        }
    }

    /// <summary>Reads on.</summary>
    /// <param name="state">0 at the stream's start, then what the last call returned.</param>
    /// <param name="bytes">The next piece.</param>
    public int Read(int state, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (IsFound(state))
            {
                break;
            }

            state = Advance(state, value);
        }

        return state;
    }

    public bool IsFound(int state) => state == _text.Length;

    private int Advance(int state, byte value)
    {
        while (state > 0 && _text[state] != value)
        {
            state = _fallback[state - 1];
        }

        return _text[state] == value ? state + 1 : 0;
    }
}
