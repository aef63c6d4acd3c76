using System.Diagnostics;

namespace RunPod.Chaos.Histories;

/// <summary>Writes a history while it happens.</summary>
internal sealed class HistoryLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<HistoryEntry> _entries = [];
    private readonly StreamWriter _file;
    private readonly long _origin;

    /// <param name="path">The file, a line for each entry.</param>
    /// <param name="origin">The timestamp at which the run began; other processes of the run get it too.</param>
    public HistoryLog(string path, long origin)
    {
        (Path, _origin) = (path, origin);
        // Every line leaves the process at once, so that it survives the process.
        _file = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    }

    public string Path { get; }

    /// <summary>Seconds since the run began.</summary>
    public double Now => Stopwatch.GetElapsedTime(_origin).TotalSeconds;

    public void Add(HistoryEntry entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
            _file.WriteLine(entry.ToLine());
        }
    }

    /// <summary>Adds what another process wrote. The last line of one that was killed may be cut off: it was told to nobody.</summary>
    public void AddFrom(string path)
    {
        foreach (var line in File.ReadLines(path).Where(line => line.EndsWith('}')))
        {
            Add(HistoryEntry.Parse(line));
        }
    }

    public HistoryEntry[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _entries];
        }
    }

    public void Dispose() => _file.Dispose();
}
