namespace KestrelRaw.Connections.Tests.Adaptation.Simulation;

/// <summary>Counts in steps of less than one percent: the upper bits of a floating point number are the step's index.</summary>
internal sealed class Histogram
{
    private const int Shift = 45;
    private static readonly int First = Step(1e-9);

    private readonly int[] _counts = new int[Step(1e6) - First + 1];
    private int _count;

    public void Add(double value)
    {
        _counts[Step(Math.Clamp(value, 1e-9, 1e6)) - First]++;
        _count++;
    }

    public double Percentile(double share)
    {
        long wanted = (long)Math.Ceiling(_count * share);
        for (int i = 0; i < _counts.Length; i++)
        {
            wanted -= _counts[i];
            if (wanted <= 0)
            {
                return BitConverter.Int64BitsToDouble((long)(i + First) << Shift);
            }
        }

        return double.NaN;
    }

    private static int Step(double value) => (int)(BitConverter.DoubleToInt64Bits(value) >> Shift);
}
