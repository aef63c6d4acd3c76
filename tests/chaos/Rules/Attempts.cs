using RunPod.Chaos.Histories;
using RunPod.Chaos.Model;

namespace RunPod.Chaos.Rules;

/// <summary>A job and its attempts, of which the model knows as well.</summary>
internal static class Attempts
{
    public static IEnumerable<Violation> CheckOutput(RunHistory history)
    {
        foreach (var job in history.Jobs)
        {
            foreach (var end in job.Sightings.Where(sighting => sighting is { Status: Sighting.Completed, IsWhole: true }).DistinctBy(sighting => (sighting.Output, sighting.Retries)))
            {
                if (end.Output is null || JobOutput.TryParse(end.Output) is not { } output)
                {
                    yield return new Violation($"is COMPLETED with the output {end.Output ?? "none"}", job.Id);
                }
                else if (job.Sent is { } sent && output.Token != sent.Token)
                {
                    yield return new Violation($"has the output of {output.Token}", job.Id);
                }
                else if (!job.Executions.Any(execution => execution.Run == output.Run && execution.Step == RunStep.Returned))
                {
                    yield return new Violation($"has the output of run {output.Run}, which the model did not return", job.Id);
                }
                else if (output.Attempt != end.Retries + 1)
                {
                    // A late report of an attempt that had been given up: it must have been fenced off.
                    yield return new Violation($"has the output of attempt {output.Attempt} after {end.Retries} retries", job.Id);
                }
            }
        }
    }

    public static IEnumerable<Violation> CheckForward(RunHistory history)
    {
        foreach (var job in history.Jobs)
        {
            var back = 0;
            foreach (var (before, after) in job.Successions)
            {
                if (after.Retries < before.Retries)
                {
                    yield return new Violation($"had {before.Retries} retries at {before.End:F3} and {after.Retries} at {after.Start:F3}", job.Id);
                }

                if (before.Status == Sighting.InProgress && after.Status == Sighting.InQueue && !job.MayBeRetriedBetween(before, after))
                {
                    back++;
                }
            }

            var unfinished = job.Executions.GroupBy(execution => execution.Run).Count(run => !run.Any(execution => execution.Step is RunStep.Returned or RunStep.Failed));
            if (back > unfinished)
            {
                yield return new Violation($"went back to IN_QUEUE {back} times, while {unfinished} of its attempts did not finish", job.Id);
            }
        }
    }
}
