using System.Text;
using System.Text.Json.Nodes;

namespace KestrelRaw.Hostile.Tests.Configuration;

/// <summary>Makes appsettings documents out of valid ones, most of them not valid any more.</summary>
internal sealed class BrokenSettings(Random random)
{
    private const string Valid = """
        { "KestrelRaw": { "Transport": "Auto", "ShutdownTimeout": "00:00:30", "Admin": { "Url": "http://127.0.0.1:9464", "Token": "t", "AllowedHosts": "a.internal;b" },
          "Endpoints": {
            "threads": { "Url": "tcp://127.0.0.1:4444", "Model": "Threads", "Backlog": 100, "MaxRequestBytes": 1024, "Work": { "Kind": "Delay", "Delay": "500ms" } },
            "async": { "Enabled": true, "Url": "tcp://[::1]:7777", "Model": "Async", "Response": { "Text": "hi\r\n" }, "Timeouts": { "FirstByte": "1s", "Work": "00:01:00", "Send": "1m", "Linger": "2s" } },
            "pool": { "Url": "unix:/tmp/x", "Response": { "Preset": "Article" }, "Pool": { "Size": 1000, "Name": "p", "WhenFull": "Queue", "QueueLimit": 10, "QueueTimeout": "1s",
              "QueueOrder": "NewestFirst", "CoDel": { "Enabled": true, "Target": "5ms", "Interval": "100ms" }, "RejectResponse": "no", "RejectWithReset": false, "PerClient": 5 } },
            "read": { "Url": "tcp://localhost:0", "Work": { "Kind": "MongoDb", "MongoDb": { "ConnectionString": "mongodb://localhost/db", "Collection": "c", "Timeout": "5s" } },
              "Pool": { "Adaptive": { "Enabled": true, "Minimum": 1, "Maximum": 9 } } } } },
          "Serilog": { "MinimumLevel": { "Default": "Information", "Override": { "Microsoft": "Warning" } },
            "WriteTo": [ { "Name": "Async", "Args": { "bufferSize": 10, "configure": [ { "Name": "Console", "Args": { "outputTemplate": "{Message}" } } ] } } ] } }
        """;

    /// <summary>Stands for an escape that System.Text.Json would not write.</summary>
    private const string HalfCharacter = "half-a-character";

    private static readonly string[] Words =
    [
        "null", "true", "\"\"", "0", "-1", "1e400", "-0", "1.5", "2147483648", "99999999999999999999999999999999", "\" \"", "\"\\u0000\"", "\"a\\nb\"", $"\"{HalfCharacter}\"", "\"\\u202e\u00e4\U0001F600\"",
        "{}", "[]", "[1,[2,[3]]]", "{\"a\":{\"b\":null}}", "\"00:00:00.500\"", "\"99999999999999999h\"", "\"1e9s\"", "\"-1s\"", "\"99999:00:00\"", "\"5\"", "\"1s\\n\"", "\"0.0000000000000000000000000000001ms\"",
        "\"tcp://\"", "\"tcp://:1\"", "\"tcp://127.0.0.1:65536\"", "\"tcp://[::1]:1\"", "\"tcp://999.1.1.1:1\"", "\"unix:\"", "\"unix:/\\u0000\"", "\"tcp://b\u00fccher:1\"", "\"/dev/null\"", "\"/proc/self/mem\"",
        "\"mongodb://\"", "\"mongodb+srv://a\"", "\"mongodb://u:p@[::1/?w=x\"", "\"Console\"", "\"File\"", "\"Queue\"", "\"Threads\"", "\"MongoDb\"", "\"../../etc/passwd\"", "\"${jndi:ldap://x}\"", "NaN", "'x'", "\"%s%n\"",
    ];

    private static readonly string[] Keys =
        ["", ":", "a:b:c", "KestrelRaw", "Url", "uRL", "Pool:Size", "Pool", "Endpoints", "a b", "\0", HalfCharacter, "__proto__", "constructor", "\n", "0", "Using", "WriteTo", "Name", "$schema", "\U0001F600"];

    /// <summary>A document, as it would stand in the file.</summary>
    public byte[] Next()
    {
        string text = random.Next(20) == 0 ? Large() : Changed();
        for (int breaks = random.Next(3) == 0 ? random.Next(1, 4) : 0; breaks > 0; breaks--)
        {
            text = Break(text);
        }

        return Encode(text);
    }

    /// <summary>Arguments as somebody might write them.</summary>
    public string[] NextArguments() => [.. Enumerable.Range(0, random.Next(3)).Select(_ =>
        $"--{Pick("KestrelRaw", "Serilog", "kestrelraw", "Other", "")}:{Pick("Endpoints:pool:Pool:Size", "Endpoints:pool:Url", "Endpoints", "Endpoints::", ":", "Admin:Url", "Transport", "x", "MinimumLevel")}{Pick("=", "", "==", " ")}{Pick(Words).Trim('"')}")];

    private string Changed()
    {
        JsonNode root = JsonNode.Parse(Valid)!;
        for (int changes = random.Next(4); changes > 0; changes--)
        {
            Change(root);
        }

        return root.ToJsonString().Replace(HalfCharacter, @"\ud800", StringComparison.Ordinal);
    }

    /// <summary>Somewhere below a node: a value or a key of another kind, one less, one more, one twice.</summary>
    private void Change(JsonNode node)
    {
        if (node is JsonObject { Count: > 0 } parent)
        {
            (string key, JsonNode? child) = parent.ElementAt(random.Next(parent.Count));
            if (child is JsonObject or JsonArray && random.Next(4) != 0)
            {
                Change(child);
                return;
            }

            switch (random.Next(5))
            {
                case 0:
                    parent.Remove(key);
                    break;
                case 1:
                    parent[Pick(Keys)] = child?.DeepClone();
                    break;
                case 2:
                    parent[random.Next(2) == 0 ? key.ToUpperInvariant() : key + Pick(Keys)] = child?.DeepClone();
                    break;
                default:
                    parent[key] = Value();
                    break;
            }
        }
        else if (node is JsonArray list)
        {
            list.Add(Value());
        }
    }

    private JsonNode? Value()
    {
        try
        {
            return JsonNode.Parse(Pick(Words));
        }
        catch (System.Text.Json.JsonException)
        {
            return JsonValue.Create(new string('x', random.Next(300)));
        }
    }

    private string Large() => random.Next(7) switch
    {
        0 => Below("Endpoints", Nested(random.Next(10, 10_000), "{\"a\":", "1", "}")),
        1 => Below("Endpoints", Nested(random.Next(10, 10_000), "[", "", "]")),
        2 => Below(string.Join(':', Enumerable.Repeat("a", random.Next(10, 20_000))), "1"),
        3 => Below("Endpoints", $$"""{ "a": { "Url": "{{new string('u', random.Next(1_000_000))}}" } }"""),
        4 => Below(new string('k', random.Next(200_000)), "1"),
        5 => Below("Endpoints", "{" + string.Join(',', Enumerable.Range(0, random.Next(3000)).Select(number => $"\"e{number}\":{{\"Url\":\"tcp://127.0.0.1:{number}\"}}")) + "}"),
        _ => Below("Other", "{" + string.Join(',', Enumerable.Range(0, random.Next(5000)).Select(number => $"\"e{number}\":{{\"x\":{number}}}")) + "}"),
    };

    private static string Below(string key, string value) => $$"""{ "KestrelRaw": { "{{key}}": {{value}} } }""";

    private static string Nested(int depth, string open, string middle, string close) =>
        string.Concat(Enumerable.Repeat(open, depth)) + middle + string.Concat(Enumerable.Repeat(close, depth));

    /// <summary>What an editor, a disk or a hurry does to a text.</summary>
    private string Break(string text)
    {
        int at = random.Next(text.Length + 1);
        int end = Math.Min(at + random.Next(1, 20), text.Length);
        return random.Next(9) switch
        {
            0 => text[..at],
            1 => text[..at] + text[end..],
            2 => text[..at] + text[at..end] + text[at..end] + text[end..],
            3 => text[..at] + Pick(Words) + text[end..],
            4 => text[..at] + Pick("/* c */", "// c\n", ",", "{", "}", "[", "]", ":", "\"", "\\", "\0", "\ufeff", "\u2028", "<<<<<<< HEAD\n") + text[at..],
            5 => text.Replace("}", ",}", StringComparison.Ordinal),
            6 => text.Replace(",", ",\r\n", StringComparison.Ordinal),
            7 => text.Replace('"', '\''),
            _ => text + text,
        };
    }

    private byte[] Encode(string text) => random.Next(20) switch
    {
        0 => [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)],
        1 => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)],
        2 => Encoding.Latin1.GetBytes(text),
        3 => Damaged(Encoding.UTF8.GetBytes(text)),
        4 => [],
        _ => Encoding.UTF8.GetBytes(text),
    };

    private byte[] Damaged(byte[] bytes)
    {
        for (int i = random.Next(1, 10); i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
