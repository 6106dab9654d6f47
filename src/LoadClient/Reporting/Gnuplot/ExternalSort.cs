using LoadClient.Load;

namespace LoadClient.Reporting.Gnuplot;

/// <summary>
/// Sorts records by their total time with memory that does not grow with their number: chunks are sorted and written as
/// runs, and runs are merged, at most <paramref name="fanIn"/> at once.
/// </summary>
/// <param name="createFile">A temporary file.</param>
/// <param name="chunkRecords">Sorted in memory: 8 MB as it is by default.</param>
/// <param name="fanIn">Each run that is merged takes a buffer; 64 runs of the default are 16 million records.</param>
internal sealed class ExternalSort(Func<RecordFile> createFile, int chunkRecords = 256 * 1024, int fanIn = 64)
{
    /// <summary>All records of the files, sorted. The sequence owns temporary files until its end.</summary>
    public IEnumerable<RequestTimes> Sort(IEnumerable<RecordFile> inputs)
    {
        RecordFile file = createFile();
        try
        {
            List<SortedRun> runs = WriteRuns(inputs, file);
            while (runs.Count > fanIn)
            {
                RecordFile longer = createFile();
                try
                {
                    runs = MergeGroups(runs, longer);
                }
                finally
                {
                    // Whichever of the two is no longer needed: on a failure both are closed.
                    (file, longer) = (longer, file);
                    longer.Dispose();
                }
            }

            foreach (RequestTimes record in Merge(runs))
            {
                yield return record;
            }
        }
        finally
        {
            file.Dispose();
        }
    }

    private static int Compare(RequestTimes left, RequestTimes right) => Key(left).CompareTo(Key(right));

    // Equal times in the order of their starts, so that the same records always make the same file.
    private static (long Total, long Start) Key(in RequestTimes record) => (record.TotalMicroseconds, record.StartUnixMicroseconds);

    private static IEnumerable<RequestTimes> Merge(IEnumerable<SortedRun> runs)
    {
        var heads = new PriorityQueue<(SortedRun Run, RequestTimes Record), (long Total, long Start)>();
        foreach (SortedRun run in runs)
        {
            if (run.TryRead(out RequestTimes first))
            {
                heads.Enqueue((run, first), Key(first));
            }
        }

        while (heads.TryPeek(out (SortedRun Run, RequestTimes Record) least, out _))
        {
            yield return least.Record;
            if (least.Run.TryRead(out RequestTimes next))
            {
                heads.DequeueEnqueue((least.Run, next), Key(next));
            }
            else
            {
                heads.Dequeue();
            }
        }
    }

    private List<SortedRun> WriteRuns(IEnumerable<RecordFile> inputs, RecordFile output)
    {
        var runs = new List<SortedRun>();
        var chunk = new RequestTimes[chunkRecords];
        foreach (RecordFile input in inputs)
        {
            for (long index = 0; index < input.Count;)
            {
                Span<RequestTimes> records = chunk.AsSpan(0, input.Read(index, chunk));
                index += records.Length;
                records.Sort(Compare);
                runs.Add(new SortedRun(output, output.Count, records.Length));
                output.Append(records);
            }
        }

        return runs;
    }

    private List<SortedRun> MergeGroups(List<SortedRun> runs, RecordFile output)
    {
        var merged = new List<SortedRun>();
        var writer = new RecordWriter(output);
        foreach (SortedRun[] group in runs.Chunk(fanIn))
        {
            long start = output.Count;
            foreach (RequestTimes record in Merge(group))
            {
                writer.Append(record);
            }

            writer.Flush();
            merged.Add(new SortedRun(output, start, output.Count - start));
        }

        return merged;
    }
}
