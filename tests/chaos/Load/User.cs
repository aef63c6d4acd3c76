namespace RunPod.Chaos.Load;

/// <summary>A user of the service.</summary>
internal sealed record User(string Name, string Key, string? WebhookUrl);
