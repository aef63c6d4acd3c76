using System.Collections.Concurrent;

namespace RunPod.Fuzz.Rules;

/// <summary>What broke a rule, and what is worth a line without doing so, each by its shape with a count and one example.</summary>
internal sealed class Findings
{
    private const int MostNotes = 60;

    private readonly ConcurrentDictionary<(Rule, string), Finding> _findings = [];
    private readonly ConcurrentDictionary<string, int> _notes = [];

    public void Add(Rule rule, string shape, long? example, string detail) =>
        _findings.GetOrAdd((rule, shape), _ => new Finding(rule, shape, example, detail)).Increment();

    public void Note(string shape) => _notes.AddOrUpdate(shape, 1, (_, count) => count + 1);

    /// <summary>Prints everything. The last line is "N passed, N failed"; returns the second.</summary>
    public int Print(TextWriter to)
    {
        to.WriteLine("Answers and notes:");
        foreach (var (shape, count) in _notes.OrderByDescending(note => note.Value).Take(MostNotes))
        {
            to.WriteLine(FormattableString.Invariant($"{count,9}  {shape}"));
        }

        var broken = 0;
        foreach (var rule in Enum.GetValues<Rule>())
        {
            var found = _findings.Values.Where(finding => finding.Rule == rule).OrderByDescending(finding => finding.Count).ToArray();
            broken += found.Length > 0 ? 1 : 0;
            to.WriteLine($"{(found.Length > 0 ? "FAILED" : "passed")}  {RuleText.Of(rule)}");
            foreach (var finding in found)
            {
                var replay = finding.Example is { } number ? FormattableString.Invariant($" (--only {number})") : "";
                to.WriteLine(FormattableString.Invariant($"{finding.Count,9}  {finding.Shape}{replay}: {finding.Detail}"));
            }
        }

        to.WriteLine(FormattableString.Invariant($"{Enum.GetValues<Rule>().Length - broken} passed, {broken} failed"));
        return broken;
    }
}
