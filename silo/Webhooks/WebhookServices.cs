using RunPod.Contracts.Webhooks;

namespace RunPod.Silo.Webhooks;

internal static class WebhookServices
{
    /// <summary>Adds the <see cref="IWebhookSender"/> that the grains deliver with.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services.AddSingleton<IWebhookSender, WebhookSender>();
}
