namespace RunPod.Tests.Models;

[CollectionDefinition(nameof(DemoModel))]
public sealed class DemoModelCollection : ICollectionFixture<DemoModel>;
