using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RunPod.Contracts.Objects;
using RunPod.Grains.Jobs;
using RunPod.Grains.Queues;
using RunPod.Grains.Streams;

namespace RunPod.Grains.Inference;

/// <summary>What the workers of a silo share.</summary>
internal sealed class WorkerServices(
    IGrainFactory grains,
    ModelHost models,
    IObjectStores stores,
    JobStreams streams,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    IOptions<EndpointQueueOptions> options,
    IOptions<JobOptions> jobs,
    ILogger<Worker> logger)
{
    public IGrainFactory Grains => grains;

    public ModelHost Models => models;

    public IObjectStores Stores => stores;

    /// <summary>The largest output that a job carries itself.</summary>
    public int MaxOutputBytes => jobs.Value.MaxOutputBytes;

    public JobStreams Streams => streams;

    /// <summary>Cancelled when workers are to take no more jobs.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public TimeProvider Clock => clock;

    public TimeSpan Heartbeat => options.Value.Heartbeat;

    public ILogger Logger => logger;
}
