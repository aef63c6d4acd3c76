namespace RunPod.Grains.Inference;

/// <summary>The devices of a silo and how many jobs each runs at a time. Section <c>Workers</c>.</summary>
public sealed class WorkerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Workers";

    /// <summary>The devices to use; empty for all that are found (every CUDA device, or else <c>cpu:0</c>).</summary>
    public IList<DeviceOptions> Devices { get; } = [];

    /// <summary>Jobs at a time on a device that does not set its own number.</summary>
    public int SlotsPerDevice { get; set; } = 1;

    /// <summary>
    /// How long running jobs may go on when the process is told to stop; then they go back to the head of their queue.
    /// At least 5 seconds less than <c>Silo:ShutdownTimeout</c>, which holds for the whole stop.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>After how long a model that did not load is tried again; each time twice as long, up to <see cref="LoadRetryMax"/>.</summary>
    public TimeSpan LoadRetry { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest time between two attempts to load a model.</summary>
    public TimeSpan LoadRetryMax { get; set; } = TimeSpan.FromMinutes(5);
}
