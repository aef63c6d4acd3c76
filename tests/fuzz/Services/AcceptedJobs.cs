using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using RunPod.Fuzz.Http;
using RunPod.Fuzz.Rules;

namespace RunPod.Fuzz.Services;

/// <summary>The jobs that the service said it had taken, until it was asked for them.</summary>
internal sealed partial class AcceptedJobs(Subjects subjects, Findings findings)
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<(string Endpoint, string JobId, long At, long Number)> _jobs = [];
    private int _checked;

    public int Checked => _checked;

    public void Take(Exchange exchange)
    {
        var start = exchange.Request.Bytes.AsSpan(0, Math.Min(200, exchange.Request.Bytes.Length));
        if (exchange.Answers is [{ Status: 200 } answer, ..]
            && JobPattern().Match(Encoding.Latin1.GetString(answer.Body.Span)) is { Success: true } job
            && PathPattern().Match(Encoding.Latin1.GetString(start)) is { Success: true } path)
        {
            _jobs.Enqueue((path.Groups[1].Value, job.Groups[1].Value, Stopwatch.GetTimestamp(), exchange.Request.Number));
        }
    }

    /// <summary>Asks for those that were taken so long ago.</summary>
    public async Task CheckAsync(TimeSpan age, bool mustHaveEnded)
    {
        var due = new List<(string Endpoint, string JobId, long At, long Number)>();
        while (_jobs.TryPeek(out var oldest) && Stopwatch.GetElapsedTime(oldest.At) >= age && _jobs.TryDequeue(out oldest))
        {
            due.Add(oldest);
        }

        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (job, _) =>
        {
            var (status, body) = await subjects.StatusAsync(job.Endpoint, job.JobId);
            Interlocked.Increment(ref _checked);
            if (status != 200)
            {
                findings.Add(Rule.Found, $"the status of an accepted job is {status}", job.Number, body);
            }
            else if (mustHaveEnded && OpenPattern().IsMatch(body))
            {
                findings.Add(Rule.Found, "an accepted job does not end", job.Number, body);
            }
        });
    }

    /// <summary>Waits until nothing is queued or runs any more, then asks for all that are left.</summary>
    public async Task SettleAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (await subjects.OpenJobsAsync() is > 0 and var open)
        {
            if (Stopwatch.GetElapsedTime(started) > SettleLimit)
            {
                findings.Add(Rule.Found, "jobs do not end", null, FormattableString.Invariant($"{open} are left"));
                break;
            }

            await Task.Delay(100);
        }

        await CheckAsync(TimeSpan.Zero, mustHaveEnded: true);
    }

    [GeneratedRegex("^\\{\"id\":\"([-0-9a-z]+)\",\"status\":\"")]
    private static partial Regex JobPattern();

    [GeneratedRegex("^POST /v[12]/(echo|slow)/run(?:sync)?[ ?]")]
    private static partial Regex PathPattern();

    [GeneratedRegex("\"status\":\"(IN_QUEUE|IN_PROGRESS)\"")]
    private static partial Regex OpenPattern();
}
