namespace LoadClient.Load;

/// <summary>The times of one good connection.</summary>
/// <param name="StartUnixMicroseconds">When it was meant to start, since 1970 in UTC.</param>
/// <param name="ConnectMicroseconds">From the intended start until it was established.</param>
/// <param name="WaitingMicroseconds">From the first byte sent to the first byte received.</param>
/// <param name="TotalMicroseconds">From the intended start to the end of the stream. Processing is total less connect.</param>
internal readonly record struct RequestTimes(long StartUnixMicroseconds, long ConnectMicroseconds, long WaitingMicroseconds, long TotalMicroseconds);
