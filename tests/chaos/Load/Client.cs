using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Load;

/// <summary>One client program: submits jobs and follows them, one call after the other.</summary>
internal sealed class Client(ApiClient api, SubmissionMaker jobs, LoadOptions options, Random random)
{
    private const int MaxResubmissions = 20;

    private readonly List<string> _open = [];
    private readonly List<string> _ended = [];

    public async Task RunAsync(CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            await NextAsync(until);
            await Task.Delay(options.Pause * (0.5 + random.NextDouble()), CancellationToken.None);
        }
    }

    private Task NextAsync(CancellationToken until)
    {
        if (_open.Count < options.OpenJobs && (_open.Count == 0 || random.Next(100) < 40))
        {
            return SubmitAsync(until);
        }

        // Jobs that have ended are looked at again now and then: they must not change.
        var ended = _ended.Count > 0 && random.Next(100) < 15;
        var from = ended ? _ended : _open;
        return from.Count == 0 ? Task.CompletedTask : FollowAsync(from[random.Next(from.Count)]);
    }

    private async Task SubmitAsync(CancellationToken until)
    {
        var sent = jobs.Next();
        var isSync = random.Next(100) < 20;
        var wait = TimeSpan.FromMilliseconds(random.Next(1_000, 4_000));
        for (var i = 0; i <= MaxResubmissions; i++)
        {
            var answer = isSync ? await api.RunSyncAsync(sent, wait) : await api.RunAsync(sent);
            if (answer is { IsOk: true, JobId: { } id })
            {
                (Sighting.IsEnd(answer.Status) ? _ended : _open).Add(id);
                return;
            }

            if (!sent.IsIdempotent || !answer.IsUnknown || until.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1_500)), CancellationToken.None);
        }
    }

    private async Task FollowAsync(string jobId)
    {
        var answer = await (random.Next(100) switch
        {
            < 25 => api.StreamAsync(jobId),
            < 40 => api.StatusSyncAsync(jobId, TimeSpan.FromMilliseconds(random.Next(1_000, 4_000))),
            < 46 when !options.IsPlain => api.CancelAsync(jobId),
            _ => api.StatusAsync(jobId),
        });
        if (!Sighting.IsEnd(answer.Status))
        {
            return;
        }

        if (_open.Remove(jobId))
        {
            _ended.Add(jobId);
        }

        if (answer.Status is Sighting.Failed or Sighting.TimedOut && !options.IsPlain && random.Next(100) < 30 && (await api.RetryAsync(jobId)).IsOk)
        {
            _ended.Remove(jobId);
            _open.Add(jobId);
        }
    }
}
