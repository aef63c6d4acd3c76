using System.Globalization;
using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Load;

/// <summary>Draws jobs.</summary>
internal sealed class SubmissionMaker(string client, LoadOptions options, Random random)
{
    private int _count;

    public Submission Next()
    {
        var sent = new Submission
        {
            Token = string.Create(CultureInfo.InvariantCulture, $"{client}#{++_count}"),
            Milliseconds = Milliseconds(),
            Chunks = Chance(30) ? random.Next(1, 6) : 0,
            Webhook = Chance(40),
            IsIdempotent = Chance(70),
        };
        return options.IsPlain
            ? sent
            : sent with
            {
                Fails = Chance(8),
                LowPriority = Chance(15),
                ExecutionTimeout = Chance(4) ? 5_000 : null,
                TimeToLive = Chance(3) ? 10_000 : null,
            };
    }

    /// <summary>Short ones are many, long ones few.</summary>
    private int Milliseconds()
    {
        var share = random.NextDouble();
        return (int)(20 + (share * share * share * options.LongestJob.TotalMilliseconds));
    }

    private bool Chance(int percent) => random.Next(100) < percent;
}
