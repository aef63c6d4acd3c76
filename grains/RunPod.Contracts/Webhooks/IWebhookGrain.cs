using Orleans.Concurrency;

namespace RunPod.Contracts.Webhooks;

/// <summary>Delivers what one user has in the outbox for one receiver. A dead or slow receiver holds up this grain alone.</summary>
[Alias("runpod.IWebhookGrain")]
public interface IWebhookGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that the grain wakes by itself; holds for at least 5 minutes.</summary>
    [Alias("EnsureScheduled")]
    Task EnsureScheduledAsync();

    /// <summary>Begins with what is due.</summary>
    [OneWay, Alias("DeliverDue")]
    Task DeliverDueAsync();
}
