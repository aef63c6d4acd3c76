namespace RunPod.Tests.Support;

/// <summary>After everything that runs in parallel: what needs the machine, and meters, of which OpenTelemetry takes like ones of this process as one, which ends with the first of them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
