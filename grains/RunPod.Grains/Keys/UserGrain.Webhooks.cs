using System.Security.Cryptography;
using System.Text;
using RunPod.Contracts.Keys;
using RunPod.Contracts.Secrets;

namespace RunPod.Grains.Keys;

/// <summary>What signs the user's webhooks.</summary>
internal sealed partial class UserGrain
{
    // What Standard Webhooks recommends is 24 to 64.
    private const int WebhookSecretBytes = 32;

    public async Task<WebhookSecrets> GetWebhookSecretsAsync()
    {
        if (state.State.WebhookSecret is null)
        {
            await WriteAsync(state.State with { WebhookSecret = CreateWebhookSecret() });
        }

        return ReadWebhookSecrets();
    }

    public async Task<WebhookSecrets> RotateWebhookSecretAsync()
    {
        await WriteAsync(state.State with
        {
            WebhookSecret = CreateWebhookSecret(),
            PreviousWebhookSecret = state.State.WebhookSecret,
            PreviousWebhookSecretValidUntil = state.State.WebhookSecret is null ? null : clock.GetUtcNow() + webhooks.Value.SecretOverlap,
        });
        return ReadWebhookSecrets();
    }

    private byte[] CreateWebhookSecret() => protector.Protect(
        SecretPurposes.WebhookSecret, Encoding.ASCII.GetBytes("whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(WebhookSecretBytes))));

    private WebhookSecrets ReadWebhookSecrets()
    {
        var secrets = new WebhookSecrets { Current = Unprotect(state.State.WebhookSecret!) };
        return state.State.PreviousWebhookSecret is { } previous && clock.GetUtcNow() < state.State.PreviousWebhookSecretValidUntil
            ? secrets with { Previous = Unprotect(previous), PreviousValidUntil = state.State.PreviousWebhookSecretValidUntil }
            : secrets;
    }

    private string Unprotect(byte[] secret) => Encoding.ASCII.GetString(protector.Unprotect(SecretPurposes.WebhookSecret, secret));
}
