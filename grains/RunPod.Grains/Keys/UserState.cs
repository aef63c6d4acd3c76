namespace RunPod.Grains.Keys;

/// <summary>What the store holds of a user.</summary>
[GenerateSerializer, Immutable, Alias("runpod.UserState")]
internal sealed record UserState
{
    /// <summary>The ids of the user's keys, oldest first.</summary>
    [Id(0)] public string[] KeyIds { get; init; } = [];
}
