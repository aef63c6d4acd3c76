using System.Globalization;
using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Load;

/// <summary>Keeps so many long jobs open: submits them, looks at each now and then, and submits another in the place of one that has ended.</summary>
internal sealed class SteadyLoad(ApiClient api, string name, int jobs, (int From, int To) milliseconds, Random random)
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(20);

    private int _submitted;

    public async Task RunAsync(CancellationToken until)
    {
        var open = new string?[jobs];
        for (var place = 0; place < jobs; place++)
        {
            open[place] = await SubmitAsync(until);
        }

        while (!until.IsCancellationRequested)
        {
            for (var place = 0; place < jobs && !until.IsCancellationRequested; place++)
            {
                await Task.Delay(Round / jobs, CancellationToken.None);
                if (open[place] is not { } job || Sighting.IsEnd((await api.StatusAsync(job)).Status))
                {
                    open[place] = await SubmitAsync(until);
                }
            }
        }
    }

    /// <summary>Submits a job until that is answered; null if it was told to end before.</summary>
    private async Task<string?> SubmitAsync(CancellationToken until)
    {
        var sent = new Submission
        {
            Token = string.Create(CultureInfo.InvariantCulture, $"{name}#{++_submitted}"),
            Milliseconds = random.Next(milliseconds.From, milliseconds.To),
            Webhook = _submitted % 5 == 0,
            IsIdempotent = true,
        };
        while (!until.IsCancellationRequested)
        {
            if (await api.RunAsync(sent) is { IsOk: true } answer)
            {
                return answer.JobId;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), CancellationToken.None);
        }

        return null;
    }
}
