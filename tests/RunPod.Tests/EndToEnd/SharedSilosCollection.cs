namespace RunPod.Tests.EndToEnd;

/// <summary>What needs a service that runs and leaves it as it was. Every other class has processes of its own and runs beside these.</summary>
[CollectionDefinition(nameof(SharedSilosCollection))]
public sealed class SharedSilosCollection : ICollectionFixture<SharedSilos>;
