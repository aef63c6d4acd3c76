using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RunPod.Tests.Support;

/// <summary>A certificate authority that no machine trusts, and a server certificate for <c>localhost</c> of it.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly TempFolder _folder = new();

    public TestAuthority()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serverRequest = new CertificateRequest("CN=localhost", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        serverRequest.CertificateExtensions.Add(names.Build());
        using var server = serverRequest.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path, authority.ExportCertificatePem());
        File.WriteAllText(CertificatePath, server.ExportCertificatePem());
        File.WriteAllText(KeyPath, serverKey.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Of the authority's certificate.</summary>
    public string Path => _folder.Combine("authority.pem");

    private string CertificatePath => _folder.Combine("server.pem");

    private string KeyPath => _folder.Combine("server.key");

    /// <summary>Arguments of a redis-server that speaks TLS on a port of its own.</summary>
    public string[] RedisArguments(out int port)
    {
        port = FreePort.Find();
        return
        [
            "--tls-port", port.ToString(CultureInfo.InvariantCulture), "--tls-auth-clients", "no",
            "--tls-cert-file", CertificatePath, "--tls-key-file", KeyPath, "--tls-ca-cert-file", Path,
        ];
    }

    public void Dispose() => _folder.Dispose();
}
