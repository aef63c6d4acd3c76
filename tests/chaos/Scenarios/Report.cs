using RunPod.Chaos.Histories;
using RunPod.Chaos.Rules;

namespace RunPod.Chaos.Scenarios;

/// <summary>What is said of a history: the figures that every scenario has, and where promises were broken.</summary>
internal static class Report
{
    private const int JobsShown = 5;

    /// <summary>Prints all, the scenario's own figures first. Returns the exit code.</summary>
    public static int Print(RunHistory history, Figures figures, string path)
    {
        AddCommon(history, figures);
        figures.Print();
        var checks = Checker.Check(history);
        var broken = checks.Where(found => found.Violations.Count > 0).ToArray();
        foreach (var (rule, violations) in broken)
        {
            Console.WriteLine($"\nBROKEN: {rule.Promise} ({violations.Count} times)");
            foreach (var violation in violations.Take(JobsShown))
            {
                Console.WriteLine($"- {(violation.JobId is null ? "" : $"Job {violation.JobId} ")}{violation.Message}");
                PrintJob(history, violation.JobId);
            }
        }

        Console.WriteLine(broken.Length == 0
            ? $"\nAll {checks.Count} promises were kept."
            : $"\n{broken.Length} of {checks.Count} promises were broken. Check again: check {path}; run again: {history.Settings.Scenario} --seed {history.Settings.Seed}");
        Console.WriteLine($"{checks.Count - broken.Length} passed, {broken.Length} failed");
        return broken.Length == 0 ? 0 : 1;
    }

    private static void AddCommon(RunHistory history, Figures figures)
    {
        var accepted = history.Accepted.ToArray();
        figures.Add("accepted jobs", $"{accepted.Length}");
        figures.Add("of which ended as", $"{Counts(accepted.Select(job => job.Last?.Status ?? "never seen"))}");
        figures.Add("calls", $"{history.Observations.Count}: {Counts(history.Observations.Select(observation => observation.Operation))}");
        figures.Add("not answered with 200", $"{Counts(history.Observations.Where(observation => !observation.IsOk).Select(KindOf))}");
        figures.Add("lost, not ended, ended twice", $"{Existence.CheckFound(history).Count()}, {Existence.CheckEnd(history).Count()}, {Outcomes.CheckOnce(history).Count()}");
        figures.Add("attempts", $"{history.Executions.Count(execution => execution.Step == RunStep.Began)}, of which lost with their silo {Executions.Lost(history).Count()}");
        figures.Add("reports of attempts that had been given up", $"{Executions.Late(history).Count()}");
        figures.Add("webhook deliveries", $"{history.Deliveries.Count} of {history.Deliveries.DistinctBy(delivery => delivery.MessageId).Count()} messages");
        figures.Add("faults", $"{Counts(history.Faults.Where(fault => fault.Step is not (FaultStep.Started or FaultStep.Ready)).Select(fault => $"{fault.Step}"))}");
    }

    private static string KindOf(Observation observation) => observation.Failure ?? $"{observation.Http} {observation.Code}";

    private static string Counts(IEnumerable<string> kinds)
    {
        var counts = kinds.CountBy(kind => kind).OrderByDescending(count => count.Value).Select(count => $"{count.Value} {count.Key}").ToArray();
        return counts.Length == 0 ? "none" : string.Join(", ", counts);
    }

    private static void PrintJob(RunHistory history, string? jobId)
    {
        if (history.Jobs.FirstOrDefault(job => job.Id == jobId) is { } job)
        {
            foreach (var entry in job.Observations.Concat<HistoryEntry>(job.Deliveries).Concat(job.Executions).OrderBy(entry => entry.Start))
            {
                Console.WriteLine($"    {entry.ToLine()}");
            }
        }
    }
}
