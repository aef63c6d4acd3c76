namespace RunPod.Tests.EndToEnd;

/// <summary>What needs a service that goes down and comes up again.</summary>
[CollectionDefinition(nameof(RestartedSilosCollection))]
public sealed class RestartedSilosCollection : ICollectionFixture<RestartedSilos>;
