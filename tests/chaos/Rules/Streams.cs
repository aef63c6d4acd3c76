using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Rules;

/// <summary>The chunks that a job's one reader got, answer after answer.</summary>
internal static class Streams
{
    public static IEnumerable<Violation> Check(RunHistory history)
    {
        foreach (var job in history.Jobs)
        {
            var seen = new Dictionary<string, int>();
            var current = "";
            // Chunks that were taken for an answer which did not arrive are gone.
            var mayMiss = false;
            foreach (var read in job.Observations.Where(observation => observation.Operation == "stream"))
            {
                mayMiss |= read.IsUnknown;
                foreach (var chunk in read.Chunks ?? [])
                {
                    var (known, last) = (seen.TryGetValue(chunk.Run, out var number), number);
                    if (known && chunk.N <= last)
                    {
                        yield return new Violation($"streamed chunk {chunk.N} of {chunk.Run} after {last}, at {read.Start:F3}", job.Id);
                    }
                    else if (known && chunk.Run != current)
                    {
                        yield return new Violation($"streamed {chunk.Run} again after {current}, at {read.Start:F3}", job.Id);
                    }
                    else if (chunk.N > (known ? last + 1 : 0) && !mayMiss)
                    {
                        yield return new Violation($"streamed chunk {chunk.N} of {chunk.Run} after {(known ? last : "none")}, at {read.Start:F3}", job.Id);
                    }

                    (seen[chunk.Run], current) = (chunk.N, chunk.Run);
                    mayMiss = false;
                }
            }
        }
    }
}
