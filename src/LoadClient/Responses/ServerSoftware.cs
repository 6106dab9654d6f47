using System.Text;

namespace LoadClient.Responses;

/// <summary>The header <c>Server</c> of the first good response: keeps the bytes of one connection at a time until one was good.</summary>
internal sealed class ServerSoftware
{
    /// <summary>No head that matters here is longer.</summary>
    private const int MaxHeadBytes = 8192;

    private const string Name = "Server:";

    private readonly byte[] _head = new byte[MaxHeadBytes];
    private int _length;
    private int _slot = -1;

    public bool IsKnown { get; private set; }

    /// <summary>Empty when the response has no such header.</summary>
    public string Value { get; private set; } = "";

    public void Read(int slot, ReadOnlySpan<byte> bytes)
    {
        if (_slot == -1)
        {
            _slot = slot;
            _length = 0;
        }

        if (_slot == slot)
        {
            ReadOnlySpan<byte> part = bytes[..Math.Min(bytes.Length, _head.Length - _length)];
            part.CopyTo(_head.AsSpan(_length));
            _length += part.Length;
        }
    }

    public void End(int slot, bool isGood)
    {
        if (_slot != slot)
        {
            return;
        }

        _slot = -1;
        IsKnown = isGood;
        Value = isGood ? Find() : "";
    }

    private string Find() => Encoding.Latin1.GetString(_head, 0, _length)
        .Split('\n')
        .TakeWhile(line => line.TrimEnd('\r').Length > 0)
        .FirstOrDefault(line => line.StartsWith(Name, StringComparison.OrdinalIgnoreCase))?[Name.Length..].Trim() ?? "";
}
