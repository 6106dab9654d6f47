namespace LoadClient.Kernel;

/// <summary>The error numbers of Linux that the loops tell apart.</summary>
internal static class Errno
{
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int Again = 11;
    public const int SystemFiles = 23;
    public const int ProcessFiles = 24;
    public const int BrokenPipe = 32;
    public const int AddressNotAvailable = 99;
    public const int ConnectionReset = 104;
    public const int TimedOut = 110;
    public const int ConnectionRefused = 111;
    public const int InProgress = 115;
}
