namespace RunPod.Contracts.Webhooks;

/// <summary>How a try to deliver ended.</summary>
public enum WebhookOutcome
{
    /// <summary>The receiver answered with a 2xx status.</summary>
    Delivered = 0,

    /// <summary>It answered with another one; a redirect is among them.</summary>
    Rejected = 1,

    /// <summary>It did not answer in time.</summary>
    TimedOut = 2,

    /// <summary>It could not be found or connected to, or broke off.</summary>
    Unreachable = 3,

    /// <summary>Its address is one to which this service does not connect.</summary>
    Refused = 4,
}
