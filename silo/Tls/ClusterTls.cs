using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using RunPod.Silo.Startup;

namespace RunPod.Silo.Tls;

/// <summary>
/// Mutual TLS between the processes of a cluster: each shows its certificate and takes those of the cluster's authority alone. The names in them are
/// compared with <see cref="SiloTlsOptions.Name"/>, not with addresses, which a cluster changes all the time.
/// </summary>
internal sealed partial class ClusterTls
{
    private readonly Lock _lock = new();
    private readonly SiloTlsOptions _options;
    private readonly ILogger _logger;
    private TlsFiles _files;
    private TlsIdentity _identity;

    private ClusterTls(SiloTlsOptions options, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        _files = TlsFiles.Read(options.Folder);
        _identity = TlsIdentity.Load(_files, options.Name);
    }

    /// <summary>The configured TLS, or null where none is.</summary>
    /// <exception cref="StartException">The files cannot be used.</exception>
    public static ClusterTls? Open(SiloTlsOptions options, ILogger logger)
    {
        if (options.Folder.Length == 0)
        {
            return null;
        }

        try
        {
            return new ClusterTls(options, logger);
        }
        catch (Exception exception) when (IsUnusable(exception))
        {
            throw new StartException(
                $"Silo:Tls:Folder '{options.Folder}' cannot be used: {exception.Message} It must hold {TlsFiles.AuthorityName}, {TlsFiles.CertificateName} and {TlsFiles.KeyName}, "
                + "the same authority for all processes of the cluster; 'tls create --folder …' makes them. Leave it out in all of them to do without TLS.",
                exception);
        }
    }

    /// <summary>For Orleans' connections, of silos and of clients.</summary>
    public void Configure(TlsOptions tls)
    {
        tls.LocalServerCertificateSelector = (_, _) => Current().Certificate;
        tls.OnAuthenticateAsServer = (_, options) => Configure((SslServerAuthenticationOptions)options.SslServerAuthenticationOptions);
        tls.OnAuthenticateAsClient = (_, options) => Configure((SslClientAuthenticationOptions)options.SslClientAuthenticationOptions);
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, _, errors) => Accepts(certificate, errors);
    }

    /// <summary>Completes a handshake with another silo, or throws.</summary>
    public async Task AuthenticateAsync(Stream connection, CancellationToken cancellationToken)
    {
        await using var stream = new SslStream(connection, leaveInnerStreamOpen: true, (_, certificate, _, errors) => certificate is X509Certificate2 known && Accepts(known, errors));
        var options = new SslClientAuthenticationOptions();
        Configure(options);
        await stream.AuthenticateAsClientAsync(options, cancellationToken);
    }

    private void Configure(SslServerAuthenticationOptions options)
    {
        var identity = Current();
        options.ServerCertificateSelectionCallback = null;
        options.ServerCertificateContext = identity.Context;
        options.CertificateChainPolicy = identity.CreatePolicy();
    }

    private void Configure(SslClientAuthenticationOptions options)
    {
        var identity = Current();
        options.ClientCertificateContext = identity.Context;
        options.CertificateChainPolicy = identity.CreatePolicy();
    }

    private bool Accepts(X509Certificate2 certificate, SslPolicyErrors errors) =>
        (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None && TlsIdentity.Carries(certificate, _options.Name);

    /// <summary>The identity of the files as they are now; while they do not fit each other, as in the middle of a renewal, the one before.</summary>
    private TlsIdentity Current()
    {
        lock (_lock)
        {
            try
            {
                var files = TlsFiles.Read(_options.Folder);
                if (files != _files)
                {
                    // Those that are of no use are not looked at again.
                    _files = files;
                    _identity = TlsIdentity.Load(files, _options.Name);
                    LogRenewed(_options.Folder, _identity.Certificate.NotAfter.ToUniversalTime());
                }
            }
            catch (Exception exception) when (IsUnusable(exception))
            {
                LogNotRenewed(_options.Folder, exception.Message);
            }

            return _identity;
        }
    }

    private static bool IsUnusable(Exception exception) => exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    [LoggerMessage(Level = LogLevel.Information, Message = "The certificate in {Folder} was renewed and is valid until {NotAfter:u}")]
    private partial void LogRenewed(string folder, DateTime notAfter);

    [LoggerMessage(Level = LogLevel.Error, Message = "The files in {Folder} changed and cannot be used: {Reason} The certificate from before stays in use")]
    private partial void LogNotRenewed(string folder, string reason);
}
