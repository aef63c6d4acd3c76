namespace RunPod.Api.Deadlines;

/// <summary>How requests are answered. Section <c>Requests</c>.</summary>
internal sealed class RequestOptions
{
    public const string Section = "Requests";

    /// <summary>
    /// When a request that does not wait by contract is answered 503 instead of at all: counted without the time in which its body comes in.
    /// RunPod's JavaScript and Go clients give up after 3 seconds. A purge has this time for each of its steps.
    /// </summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2.5);

    /// <summary>How long a front end refuses jobs of an endpoint by itself once its queue has said that it is full; zero: each is asked for.</summary>
    public TimeSpan FullQueueHold { get; set; } = TimeSpan.FromMilliseconds(50);
}
