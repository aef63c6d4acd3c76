using Xunit.Abstractions;

[assembly: TestCollectionOrderer($"RunPod.Tests.Support.{nameof(RunPod.Tests.Support.LongestFirst)}", "RunPod.Tests")]

namespace RunPod.Tests.Support;

/// <summary>Begins with what waits for processes and stores, so that the short tests fill the gaps and no long one is left for the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Rooms = [nameof(EndToEnd.RestartedSilosCollection), nameof(EndToEnd.SharedSilosCollection), "EndToEnd", "Store", "Cluster"];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Array.FindIndex(Rooms, room => collection.DisplayName.Contains(room, StringComparison.Ordinal)) is >= 0 and var rank ? rank : Rooms.Length);
}
