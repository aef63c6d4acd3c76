using RunPod.Contracts.Keys;

namespace RunPod.Grains.Keys;

/// <summary>What the store holds of a key.</summary>
[GenerateSerializer, Immutable, Alias("runpod.ApiKeyState")]
internal sealed record ApiKeyState
{
    [Id(0)] public ApiKeyInfo? Info { get; init; }
}
