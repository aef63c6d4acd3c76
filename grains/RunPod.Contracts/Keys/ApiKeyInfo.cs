namespace RunPod.Contracts.Keys;

/// <summary>What is known of an API key.</summary>
[GenerateSerializer, Immutable, Alias("runpod.ApiKeyInfo")]
public sealed record ApiKeyInfo
{
    /// <summary>The id that the key carries.</summary>
    [Id(0)] public required string KeyId { get; init; }

    /// <summary>Whose key it is.</summary>
    [Id(1)] public required string UserId { get; init; }

    /// <summary>What the user called it.</summary>
    [Id(2)] public required string Name { get; init; }

    /// <summary>SHA-256 of the whole key's UTF-8 bytes. The key has over 192 random bits, so a slow hash would add nothing.</summary>
    [Id(3)] public required byte[] Hash { get; init; }

    /// <summary>When it was made.</summary>
    [Id(4)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was revoked.</summary>
    [Id(5)] public DateTimeOffset? RevokedAt { get; init; }
}
