using RunPod.Contracts.Webhooks;
using RunPod.Grains.Webhooks;

namespace RunPod.Grains.Jobs;

/// <summary>
/// The job's webhooks: entered in the outbox before the end is in the state, released after it. A crash between the two leaves an entry,
/// whose receiver's grain asks; the answer is not given inside a turn that ends the job.
/// </summary>
internal sealed partial class JobGrain : IWebhookSource
{
    // In a later bucket of the expiry index, whatever silo's clock it goes by: the entry of this one is dropped.
    private static readonly TimeSpan UntilNextExpiry = TimeSpan.FromMinutes(2);

    public async Task<WebhookDelivery?> GetDeliveryAsync(string hook)
    {
        await _job.EnsureReadAsync();
        LetGo();
        return _job.Value is { } job ? JobAnnouncement.Make(job, _jobId, hook) : null;
    }

    private Task EnterWebhooksAsync(JobState job) => Task.WhenAll(EntriesOf(job).Select(outbox.EnterAsync));

    private Task ReleaseWebhooksAsync(JobState job) => Task.WhenAll(EntriesOf(job).Select(outbox.ReleaseAsync));

    /// <summary>Whether the job must stay for its webhooks. They are delivered or given up within minutes, but a service that was down for longer than the retention begins with them.</summary>
    private async Task<bool> HasWebhooksToDeliverAsync(JobState job)
    {
        foreach (var entry in EntriesOf(job))
        {
            if (await outbox.HoldsAsync(entry))
            {
                return true;
            }
        }

        return false;
    }

    private IEnumerable<OutboxEntry> EntriesOf(JobState job) =>
        JobAnnouncement.HooksOf(job).Select(found => OutboxEntry.Of(job.UserId, found.Url, found.Hook, this.GetGrainId()));
}
