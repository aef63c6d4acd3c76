using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RunPod.Contracts.Objects;
using RunPod.Grains.Queues;
using RunPod.Grains.Streams;

namespace RunPod.Grains.Inference;

/// <summary>What the workers of a silo share.</summary>
internal sealed class WorkerServices(
    IGrainFactory grains, ModelHost models, IObjectStore objects, JobStreams streams, TimeProvider clock,
    IOptions<EndpointQueueOptions> options, ILogger<Worker> logger)
{
    public IGrainFactory Grains => grains;

    public ModelHost Models => models;

    public IObjectStore Objects => objects;

    public JobStreams Streams => streams;

    public TimeProvider Clock => clock;

    public TimeSpan Heartbeat => options.Value.Heartbeat;

    public ILogger Logger => logger;
}
