using System.CommandLine;
using RunPod.Contracts;

namespace RunPod.Silo.Webhooks;

/// <summary><c>webhooks secret|rotate</c>: shows and replaces what signs a user's webhooks, as a client of a running service.</summary>
internal static class WebhooksCommand
{
    private static readonly Option<string> User = new("--user") { Description = "The user whose webhooks they are.", DefaultValueFactory = _ => "local" };

    public static Command Create()
    {
        var secret = new Command("secret", "Show the secret that signs a user's webhooks.") { User };
        secret.SetAction((result, stop) => ServiceClient.RunAsync(result, async grains =>
        {
            Console.WriteLine((await grains.User(result.GetRequiredValue(User)).GetWebhookSecretsAsync()).Current);
            return 0;
        }, stop));
        var rotate = new Command("rotate", "Make a new secret and show it; the one before it signs too for Webhooks:SecretOverlap, by default 24 hours.") { User };
        rotate.SetAction((result, stop) => ServiceClient.RunAsync(result, async grains =>
        {
            Console.WriteLine((await grains.User(result.GetRequiredValue(User)).RotateWebhookSecretAsync()).Current);
            return 0;
        }, stop));
        return new Command("webhooks", "Manage the secrets that sign webhooks, in a running service.") { secret, rotate };
    }
}
