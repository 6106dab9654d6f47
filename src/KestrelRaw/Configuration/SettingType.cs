using System.Text.Json.Nodes;

namespace KestrelRaw.Configuration;

/// <summary>What values a setting takes: how they are read from text, how they are described, and their JSON schema.</summary>
internal abstract class SettingType<T>
{
    /// <summary>Completes the sentence "must be ...".</summary>
    public abstract string Allowed { get; }

    public abstract JsonObject Schema { get; }

    /// <param name="text">The value as configured; null for JSON's null.</param>
    /// <param name="value">The value, when it is one.</param>
    public abstract bool TryParse(string? text, out T value);
}
