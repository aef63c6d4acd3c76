namespace RunPod.Silo.Tls;

/// <summary>Mutual TLS between the processes of a cluster. Section <c>Silo:Tls</c>; all of them have it, or none.</summary>
public sealed class SiloTlsOptions
{
    /// <summary>
    /// Folder with <c>ca.crt</c>, <c>tls.crt</c> and <c>tls.key</c> in PEM, named as in a Kubernetes secret: the cluster's authority, and this process's certificate (with
    /// intermediates behind it, if there are any) and key. Empty: no TLS. Files that are replaced count from the next connection on.
    /// </summary>
    public string Folder { get; set; } = "";

    /// <summary>
    /// A DNS name that the certificate of every process carries, for an authority that signs for others too. Empty: whoever has a certificate of the
    /// authority is a process of the cluster.
    /// </summary>
    public string Name { get; set; } = "";
}
