namespace RunPod.Silo.Egress;

/// <summary>The service does not connect to this host; the message may be shown to the client.</summary>
internal sealed class EgressRefusedException(string host) : HttpRequestException(
    HttpRequestError.ConnectionError,
    $"The host '{host}' has an address outside the public internet, to which this service does not connect. "
    + "Use a public host, or ask the operator to allow its network in Egress:AllowedNetworks.");
