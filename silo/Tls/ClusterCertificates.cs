using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace RunPod.Silo.Tls;

/// <summary>Makes the files of <see cref="SiloTlsOptions.Folder"/> for a cluster without a certificate authority of its own.</summary>
internal static class ClusterCertificates
{
    private const int Years = 10;

    // For clocks that are behind.
    private static readonly TimeSpan Before = TimeSpan.FromDays(1);

    /// <summary>
    /// An authority and one certificate for all processes of the cluster. The authority's key is kept nowhere, so that nobody can ever sign another one.
    /// </summary>
    public static TlsFiles Create(DateTimeOffset now)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=RunPod.Orleans cluster authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        using var authority = authorityRequest.CreateSelfSigned(now - Before, now.AddYears(Years));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=RunPod.Orleans cluster", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. TlsIdentity.Usages], critical: false));
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        return new TlsFiles(authority.ExportCertificatePem(), certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Writes the files for this user alone. Returns false if there are some.</summary>
    public static bool TryWrite(string folder, TlsFiles files, ILogger logger)
    {
        // The last that is written: what a process left that was killed before is replaced.
        if (File.Exists(Path.Combine(folder, TlsFiles.AuthorityName)))
        {
            return false;
        }

        PrivateFiles.EnsureFolder(folder, logger);
        Write(TlsFiles.KeyName, files.Key);
        Write(TlsFiles.CertificateName, files.Certificate);
        Write(TlsFiles.AuthorityName, files.Authority);
        return true;

        void Write(string name, string text)
        {
            using var file = PrivateFiles.Create(Path.Combine(folder, name));
            file.Write(Encoding.ASCII.GetBytes(text + '\n'));
        }
    }
}
