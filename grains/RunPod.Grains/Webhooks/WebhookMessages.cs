using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using RunPod.Contracts;
using RunPod.Contracts.Webhooks;
using RunPod.Grains.Jobs;
using RunPod.Grains.Store;

namespace RunPod.Grains.Webhooks;

/// <summary>
/// Makes messages where they are sent. A job's input and output come from the store: together they may be larger than what a silo takes from another.
/// </summary>
internal sealed class WebhookMessages([FromKeyedServices(JobGrain.StorageName)] IGrainStorage jobs, IGrainFactory grains) : IDisposable
{
    // Those that are read do not count in the slots yet.
    private const int MaxReading = 4;

    private readonly SemaphoreSlim _reading = new(MaxReading);
    private readonly GrainType _jobType = grains.Job("any", "any").GetGrainId().Type;

    /// <summary>What to send; null if there is nothing, so that the entry goes.</summary>
    public async Task<WebhookDelivery?> ReadAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            // An end that is not in the store may be on its way: only the source, in a turn of its own, knows that there is none.
            return await ReadEndedJobAsync(entry) ?? await grains.GetGrain<IWebhookSource>(entry.Source).GetDeliveryAsync(entry.Hook);
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private async Task<WebhookDelivery?> ReadEndedJobAsync(OutboxEntry entry)
    {
        if (entry.Source.Type != _jobType)
        {
            return null;
        }

        var state = new StoredState<JobState>(jobs, JobGrain.StateName, entry.Source);
        await state.EnsureReadAsync();
        return state.Value is { } job ? JobAnnouncement.Make(job, GrainKeys.SplitJobKey(entry.Source.Key.ToString()!).JobId, entry.Hook) : null;
    }
}
