namespace RunPod.Contracts.Webhooks;

/// <summary>Sends signed messages over HTTP.</summary>
public interface IWebhookSender
{
    /// <summary>Tries once. What goes wrong on the receiver's side is an outcome, not an exception.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="secrets">The secrets that sign it, one signature each.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<WebhookOutcome> SendAsync(WebhookDelivery delivery, IReadOnlyList<string> secrets, CancellationToken cancellationToken);
}
