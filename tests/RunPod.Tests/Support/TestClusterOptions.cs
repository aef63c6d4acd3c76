using Microsoft.Extensions.Time.Testing;

namespace RunPod.Tests.Support;

/// <summary>What a <see cref="TestCluster"/> is made of.</summary>
internal sealed class TestClusterOptions
{
    public int Silos { get; set; } = 1;

    /// <summary>Whether the silos run the endpoints' models on <c>cpu:0</c>; without, a test plays the worker itself.</summary>
    public bool HasWorkers { get; set; } = true;

    /// <summary>The clock of everything but membership and directory.</summary>
    public FakeTimeProvider? Clock { get; set; }

    /// <summary>More endpoints, with the content of their <c>test.model</c>.</summary>
    public Dictionary<string, string> Models { get; } = [];

    public Action<ISiloBuilder, string>? ConfigureSilo { get; set; }
}
