namespace RunPod.Silo.Tls;

/// <summary>What the files of <see cref="SiloTlsOptions.Folder"/> hold, in PEM.</summary>
internal sealed record TlsFiles(string Authority, string Certificate, string Key)
{
    public const string AuthorityName = "ca.crt";
    public const string CertificateName = "tls.crt";
    public const string KeyName = "tls.key";

    public static TlsFiles Read(string folder) => new(
        File.ReadAllText(Path.Combine(folder, AuthorityName)),
        File.ReadAllText(Path.Combine(folder, CertificateName)),
        File.ReadAllText(Path.Combine(folder, KeyName)));
}
