namespace RunPod.Contracts.Keys;

/// <summary>A user, keyed by name: the list of the user's keys, and what signs the user's webhooks.</summary>
[Alias("runpod.IUserGrain")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>Makes a key.</summary>
    [Alias("CreateKey")]
    Task<CreatedApiKey> CreateKeyAsync(string name);

    /// <summary>Makes the user's first key; null if the user ever had one.</summary>
    [Alias("CreateFirstKey")]
    Task<CreatedApiKey?> CreateFirstKeyAsync(string name);

    /// <summary>The user's keys, oldest first, revoked ones included.</summary>
    [Alias("ListKeys")]
    Task<IReadOnlyList<ApiKeyInfo>> ListKeysAsync();

    /// <summary>Revokes one of the user's keys. False if the user has none of this id.</summary>
    [Alias("RevokeKey")]
    Task<bool> RevokeKeyAsync(string keyId);

    /// <summary>What signs the user's webhooks; made when it is first asked for.</summary>
    [Alias("GetWebhookSecrets")]
    Task<WebhookSecrets> GetWebhookSecretsAsync();

    /// <summary>Makes a new secret; the one before it signs too for <c>Webhooks:SecretOverlap</c>, any older one no longer.</summary>
    [Alias("RotateWebhookSecret")]
    Task<WebhookSecrets> RotateWebhookSecretAsync();
}
