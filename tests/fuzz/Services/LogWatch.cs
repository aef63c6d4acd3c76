using System.Text.RegularExpressions;
using RunPod.Fuzz.Rules;

namespace RunPod.Fuzz.Services;

/// <summary>Keeps the service's log and finds what must not be in it.</summary>
internal sealed partial class LogWatch(string path, Findings findings) : IDisposable
{
    /// <summary>Messages that differ only further on are of one kind.</summary>
    private const int LongestMessage = 90;

    /// <summary>What Kestrel says of trailers that it cannot read after a body that nobody wanted; no setting makes it a warning.</summary>
    private const string KestrelCannotDrain = "automatic draining of the request body failed";

    private static readonly string[] Levels = ["warn: ", "fail: ", "crit: "];

    private readonly StreamWriter _file = new(path);
    private string? _heading;

    public void Take(string line)
    {
        lock (_file)
        {
            _file.WriteLine(line);
            _file.Flush();
            if (_heading is not null)
            {
                // A record's second line is its message.
                var message = VaryingPattern().Replace(line.Trim(), "#");
                var shape = $"{_heading} {(message.Length <= LongestMessage ? message : message[..LongestMessage])}";
                if (_heading.StartsWith("warn", StringComparison.Ordinal) || line.Contains(KestrelCannotDrain, StringComparison.Ordinal))
                {
                    findings.Note("log " + shape);
                }
                else
                {
                    findings.Add(Rule.Log, shape, null, path);
                }
            }

            _heading = Array.Exists(Levels, level => line.StartsWith(level, StringComparison.Ordinal)) ? line : null;
            if (line.Contains("Unhandled exception", StringComparison.Ordinal))
            {
                findings.Add(Rule.Log, line, null, path);
            }
        }
    }

    public void Dispose()
    {
        lock (_file)
        {
            _file.Dispose();
        }
    }

    [GeneratedRegex("\"[0-9A-Z]{13}(:[0-9A-F]+)?\"|[0-9a-f]{8}[-0-9a-f]{4,}|\\d+")]
    private static partial Regex VaryingPattern();
}
