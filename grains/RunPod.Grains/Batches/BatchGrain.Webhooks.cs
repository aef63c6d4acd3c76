using RunPod.Contracts.Batches;
using RunPod.Contracts.Webhooks;
using RunPod.Grains.Webhooks;

namespace RunPod.Grains.Batches;

/// <summary>The batch's webhook: entered in the outbox before the end is in the state, released after it.</summary>
internal sealed partial class BatchGrain : IWebhookSource
{
    private const string Hook = "webhook";

    public Task<WebhookDelivery?> GetDeliveryAsync(string hook)
    {
        if (_batch is null or { IsTerminal: true })
        {
            DeactivateOnIdle();
        }

        return Task.FromResult(_batch is { IsTerminal: true, Webhook: { } url } batch && hook == Hook
            ? new WebhookDelivery
            {
                MessageId = $"msg_{_batchId}",
                UserId = batch.UserId,
                Url = url,
                Body = [BatchBody.From(_endpointId, batch.ToSnapshot(_batchId, batch.Counts)).ToJson()],
            }
            : null);
    }

    private OutboxEntry? WebhookOf(BatchState batch) => batch.Webhook is { } url ? OutboxEntry.Of(batch.UserId, url, Hook, this.GetGrainId()) : null;
}
