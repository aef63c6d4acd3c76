namespace RunPod.Api.Webhooks;

/// <summary>What signs the caller's webhooks.</summary>
/// <param name="Secret">The secret, as libraries of Standard Webhooks take it.</param>
/// <param name="PreviousValidUntil">Until when the one before it signs too; absent if it does no longer.</param>
internal sealed record WebhookSecretBody(string Secret, DateTimeOffset? PreviousValidUntil);
