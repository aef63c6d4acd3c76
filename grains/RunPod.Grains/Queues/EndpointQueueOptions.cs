namespace RunPod.Grains.Queues;

/// <summary>Bounds of an endpoint's queue and of its leases. Section <c>EndpointQueue</c>.</summary>
public sealed class EndpointQueueOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "EndpointQueue";

    /// <summary>How many jobs of each priority may wait whatever the number of workers.</summary>
    public int MinCapacity { get; set; } = 50;

    /// <summary>How many jobs of each priority may wait for each worker of the endpoint.</summary>
    public int CapacityPerWorker { get; set; } = 500;

    /// <summary>How long a worker may go without a heartbeat before its job returns to the head of the queue.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a worker tells its queues that it lives. A queue that moved to another silo learns of its workers this way.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a worker waits for a queue's answer before it goes on without, so that a queue which hangs holds no other one back; at most a third of
    /// <see cref="Lease"/>. Null: a sixth of it.
    /// </summary>
    public TimeSpan? AnswerTimeout { get; set; }

    /// <summary>How long after the last normal job came or ended low-priority jobs leave the last idle worker free, so that the next normal job need not wait for one of them.</summary>
    public TimeSpan LowPriorityHold { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>After how long without a low-priority job having begun one of those that wait goes before normal jobs.</summary>
    public TimeSpan LowPriorityPatience { get; set; } = TimeSpan.FromMinutes(5);
}
