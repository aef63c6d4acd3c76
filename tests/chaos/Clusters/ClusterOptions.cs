namespace RunPod.Chaos.Clusters;

/// <summary>How a cluster is started.</summary>
internal sealed record ClusterOptions
{
    public int Nodes { get; init; } = 3;

    /// <summary>Redis' <c>appendfsync</c>.</summary>
    public string AppendFsync { get; init; } = "always";

    /// <summary>Another build, which every second silo runs: a RunPod.Chaos.dll, or a RunPod.Silo.dll, which is a front end then, since it has no such model.</summary>
    public string? OtherSilo { get; init; }

    /// <summary>Settings of every silo.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Where the silos' networks are, if each has one of its own; else all share the loopback.</summary>
    public Networks? Networks { get; init; }
}
