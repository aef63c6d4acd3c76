using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RunPod.Silo.Tls;

/// <summary>This process's certificate, and the authority whose certificates it takes from others.</summary>
internal sealed class TlsIdentity
{
    // A process is a client to some and a server to others.
    public static readonly IReadOnlyList<Oid> Usages = [new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")];

    private readonly X509Certificate2Collection _authority = [];

    private TlsIdentity(TlsFiles files)
    {
        _authority.ImportFromPem(files.Authority);
        Certificate = X509Certificate2.CreateFromPem(files.Certificate, files.Key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(files.Certificate);
        chain.RemoveAt(0);
        Context = SslStreamCertificateContext.Create(Certificate, chain, offline: true);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate with what the other side needs to follow it up to the authority.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <exception cref="CryptographicException">They do not fit each other, or no other process would take the certificate.</exception>
    public static TlsIdentity Load(TlsFiles files, string name)
    {
        var identity = new TlsIdentity(files);
        using var chain = new X509Chain { ChainPolicy = identity.CreatePolicy() };
        chain.ChainPolicy.ExtraStore.AddRange(identity.Context.IntermediateCertificates.ToArray());
        if (!chain.Build(identity.Certificate))
        {
            throw new CryptographicException(
                $"{TlsFiles.CertificateName} is not valid under {TlsFiles.AuthorityName}: {string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct())}");
        }

        return Carries(identity.Certificate, name)
            ? identity
            : throw new CryptographicException($"{TlsFiles.CertificateName} does not carry the DNS name '{name}' of Silo:Tls:Name.");
    }

    /// <summary>Trusts this authority and no other, for both usages; fetches nothing.</summary>
    public X509ChainPolicy CreatePolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authority);
        foreach (var usage in Usages)
        {
            policy.ApplicationPolicy.Add(usage);
        }

        return policy;
    }

    public static bool Carries(X509Certificate2 certificate, string name) => name.Length == 0 || certificate.MatchesHostname(name, allowCommonName: false);
}
