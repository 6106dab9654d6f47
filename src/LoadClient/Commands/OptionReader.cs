using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LoadClient.Durations;
using LoadClient.Faults;

namespace LoadClient.Commands;

/// <summary>Reads the values of options; what is wrong with them goes, with the option's name, to the list of faults.</summary>
internal sealed class OptionReader(ParseResult result, List<Fault> faults)
{
    public string? Text(Option<string?> option) => result.GetValue(option);

    /// <returns>Null when the option is not given or at fault.</returns>
    public long? Count(Option<string?> option, long minimum, long maximum = long.MaxValue)
    {
        if (Text(option) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count >= minimum && count <= maximum)
        {
            return count;
        }

        string range = maximum == long.MaxValue ? $"from {minimum}" : $"from {minimum} to {maximum}";
        return Refuse<long>(option, $"'{text}' is no whole number {range}");
    }

    public double? Number(Option<string?> option, double minimum, double maximum)
    {
        if (Text(option) is not { } text)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number >= minimum && number <= maximum
            ? number
            : Refuse<double>(option, string.Create(CultureInfo.InvariantCulture, $"'{text}' is no number from {minimum} to {maximum}"));
    }

    public TimeSpan? Duration(Option<string?> option, TimeSpan minimum, TimeSpan? maximum = null)
    {
        if (Text(option) is not { } text)
        {
            return null;
        }

        if (!DurationText.TryParse(text, out TimeSpan duration, out string? fault))
        {
            return Refuse<TimeSpan>(option, fault);
        }

        if (duration < minimum)
        {
            return Refuse<TimeSpan>(option, $"'{text}' is shorter than {minimum.TotalMilliseconds}ms");
        }

        return duration > maximum ? Refuse<TimeSpan>(option, $"'{text}' is longer than {maximum.Value.TotalHours}h") : duration;
    }

    /// <summary>The option's text as UTF-8.</summary>
    public byte[]? Bytes(Option<string?> option) => Text(option) is { } text ? Encoding.UTF8.GetBytes(text) : null;

    public byte[]? FileBytes(Option<string?> option)
    {
        if (Text(option) is not { } path)
        {
            return null;
        }

        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            faults.Add(new Fault(option.Name, $"'{path}' can't be read: {exception.Message}"));
            return null;
        }
    }

    /// <summary>Addresses of this machine, all of one family.</summary>
    public IReadOnlyList<IPAddress> Addresses(Option<string?> option)
    {
        if (Text(option) is not { } text)
        {
            return [];
        }

        var addresses = new List<IPAddress>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!IPAddress.TryParse(part, out IPAddress? address))
            {
                faults.Add(new Fault(option.Name, $"'{part}' is no IP address"));
            }
            else if (!IsLocal(address))
            {
                faults.Add(new Fault(option.Name, $"'{part}' is no address of this machine"));
            }
            else
            {
                addresses.Add(address);
            }
        }

        if (addresses.Select(address => address.AddressFamily).Distinct().Count() > 1)
        {
            faults.Add(new Fault(option.Name, $"'{text}' mixes IPv4 and IPv6"));
        }

        return addresses;
    }

    public void OnlyOne(Option<string?> first, Option<string?> second)
    {
        if (Text(first) is { } one && Text(second) is { } other)
        {
            faults.Add(new Fault(second.Name, $"'{other}' is given beside {first.Name} '{one}': give one of them"));
        }
    }

    /// <summary>Binding is the one test that knows all of 127.0.0.0/8.</summary>
    private static bool IsLocal(IPAddress address)
    {
        try
        {
            // A family that the kernel does not have fails here.
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private T? Refuse<T>(Option option, string message)
        where T : struct
    {
        faults.Add(new Fault(option.Name, message));
        return null;
    }
}
