namespace RunPod.Contracts.Keys;

/// <summary>A new key with its secret, which nobody can show again.</summary>
[GenerateSerializer, Immutable, Alias("runpod.CreatedApiKey")]
public sealed record CreatedApiKey
{
    /// <summary>The whole key, as a client sends it.</summary>
    [Id(0)] public required string Key { get; init; }

    /// <summary>What is stored of it.</summary>
    [Id(1)] public required ApiKeyInfo Info { get; init; }

    /// <summary>Never prints the key.</summary>
    public override string ToString() => $"CreatedApiKey {Info.KeyId}";
}
