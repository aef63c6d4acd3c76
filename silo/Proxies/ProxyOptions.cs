namespace RunPod.Silo.Proxies;

/// <summary>Whose <c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c> are believed. Section <c>ForwardedHeaders</c>.</summary>
public sealed class ProxyOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "ForwardedHeaders";

    /// <summary>Networks of the proxies in front, as <c>address/prefix</c> such as <c>10.20.0.0/16</c>; a proxy on the same machine is believed without being named.</summary>
    public IList<string> KnownNetworks { get; } = [];
}
