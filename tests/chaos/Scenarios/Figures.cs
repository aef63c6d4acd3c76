using System.Globalization;

namespace RunPod.Chaos.Scenarios;

/// <summary>What a scenario measured, as a table of Markdown.</summary>
internal sealed class Figures
{
    private readonly List<(string What, string Value)> _rows = [];

    public void Add(string what, FormattableString value) => _rows.Add((what, FormattableString.Invariant(value)));

    /// <summary>Percentiles of times in seconds.</summary>
    public void AddTimes(string what, IReadOnlyCollection<double> seconds) => Add(what, seconds.Count == 0
        ? $"none"
        : (FormattableString)$"{seconds.Count} times: p50 {Percentile(seconds, 50):F1} s, p99 {Percentile(seconds, 99):F1} s, max {seconds.Max():F1} s");

    public static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(sorted.Length * percent / 100) - 1)];
    }

    public void Print()
    {
        Console.WriteLine();
        Console.WriteLine("| what | figure |");
        Console.WriteLine("|---|---|");
        foreach (var (what, value) in _rows)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {value} |"));
        }
    }
}
