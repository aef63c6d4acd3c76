namespace RunPod.Silo.Egress;

/// <summary>Where the service may connect on a client's word: webhooks, buckets. Section <c>Egress</c>.</summary>
public sealed class EgressOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Egress";

    /// <summary>
    /// Networks besides the public internet, as <c>address/prefix</c> such as <c>10.20.0.0/16</c>; none by default.
    /// The loopback addresses are allowed without being named in the Development environment alone.
    /// </summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>How long finding a host and connecting to it may take.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
