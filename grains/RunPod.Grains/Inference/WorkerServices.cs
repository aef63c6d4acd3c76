using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
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
    IOptions<WorkerOptions> workers,
    IOptions<SiloMessagingOptions> messaging,
    StoringRoom room,
    ILogger<Worker> logger)
{
    public IGrainFactory Grains => grains;

    public ModelHost Models => models;

    public IObjectStores Stores => stores;

    /// <summary>The largest output that a job carries itself.</summary>
    public int MaxOutputBytes => jobs.Value.MaxOutputBytes;

    /// <summary>The largest report that can be sent to a job on another silo, with room for what the message has besides.</summary>
    public int MaxReportBytes => messaging.Value.MaxMessageBodySize - (64 << 10);

    public StoringRoom Room => room;

    /// <summary>How long the deletion of files that do not count may take.</summary>
    public TimeSpan DiscardTimeout => workers.Value.DiscardTimeout;

    public JobStreams Streams => streams;

    /// <summary>Cancelled when workers are to take no more jobs.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public TimeProvider Clock => clock;

    public TimeSpan Heartbeat => options.Value.Heartbeat;

    /// <summary>How long a queue knows of a lease without a heartbeat.</summary>
    public TimeSpan Lease => options.Value.Lease;

    /// <summary>How long a worker waits for a queue's answer.</summary>
    public TimeSpan AnswerTimeout => options.Value.AnswerTimeout ?? options.Value.Lease / 6;

    public ILogger Logger => logger;
}
