namespace RunPod.Tests.Store;

[GenerateSerializer, Alias("runpod.tests.ProbeState")]
public sealed record ProbeState
{
    [Id(0)]
    public string Value { get; init; } = "";
}
