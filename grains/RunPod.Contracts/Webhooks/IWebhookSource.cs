namespace RunPod.Contracts.Webhooks;

/// <summary>A grain that announces something by webhooks: it enters the fact in the outbox before it is in its state, and is asked for the rest when the delivery's turn comes.</summary>
[Alias("runpod.IWebhookSource")]
public interface IWebhookSource : IGrainWithStringKey
{
    /// <summary>What to send; null if there is nothing, so that the entry goes. It must not interleave with the change that it announces.</summary>
    /// <param name="hook">The name under which the source entered it.</param>
    [Alias("GetDelivery")]
    Task<WebhookDelivery?> GetDeliveryAsync(string hook);
}
