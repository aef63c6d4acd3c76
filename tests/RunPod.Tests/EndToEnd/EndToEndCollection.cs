namespace RunPod.Tests.EndToEnd;

/// <summary>One after another and after everything else: each test keeps all cores busy.</summary>
[CollectionDefinition(nameof(EndToEndCollection), DisableParallelization = true)]
public sealed class EndToEndCollection : ICollectionFixture<SharedSilos>;
