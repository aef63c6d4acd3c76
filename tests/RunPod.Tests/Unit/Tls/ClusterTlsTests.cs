using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Connections.Security;
using RunPod.Silo.Startup;
using RunPod.Silo.Tls;
using RunPod.Tests.Support;

namespace RunPod.Tests.Unit.Tls;

[UnsupportedOSPlatform("windows")]
public sealed class ClusterTlsTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly TempFolder _folder = new();
    private readonly List<string> _log = [];
    private int _folders;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_NoFolder_None() => Assert.Null(ClusterTls.Open(new SiloTlsOptions(), NullLogger.Instance));

    [Fact]
    public async Task Handshake_OneAuthority_BothKnowEachOther()
    {
        var tls = Open(ClusterCertificates.Create(Now));

        Assert.NotNull(await ShakeAsync(server: tls, client: tls));
    }

    [Fact]
    public async Task Handshake_ClientOfAnotherAuthority_IsRefused() => await Assert.ThrowsAsync<AuthenticationException>(
        () => ShakeAsync(server: Open(ClusterCertificates.Create(Now)), client: Open(ClusterCertificates.Create(Now)), trustsServer: true));

    [Fact]
    public async Task Handshake_ServerOfAnotherAuthority_IsRefused() => await Assert.ThrowsAsync<AuthenticationException>(
        () => ShakeAsync(server: Open(ClusterCertificates.Create(Now)), client: Open(ClusterCertificates.Create(Now))));

    [Fact]
    public async Task Handshake_NameAskedFor_CertificatesWithoutItAreRefused()
    {
        using var authority = new Authority();
        var named = Open(authority.Issue("silo.runpod"), name: "silo.runpod");
        var other = Open(authority.Issue("web.example"));

        Assert.NotNull(await ShakeAsync(server: named, client: named));
        await Assert.ThrowsAsync<AuthenticationException>(() => ShakeAsync(server: named, client: other));
        await Assert.ThrowsAsync<AuthenticationException>(() => ShakeAsync(server: other, client: named));
    }

    [Fact]
    public async Task Handshake_FilesRenewed_NextConnectionUsesThem()
    {
        using var authority = new Authority();
        var tls = Open(authority.Issue("before"), out var folder);
        var before = await ShakeAsync(tls, tls);
        var renewed = authority.Issue("after");

        await File.WriteAllTextAsync(Path.Combine(folder, TlsFiles.CertificateName), renewed.Certificate);
        var between = await ShakeAsync(tls, tls);
        await File.WriteAllTextAsync(Path.Combine(folder, TlsFiles.KeyName), renewed.Key);
        var after = await ShakeAsync(tls, tls);

        // Half of the files is no identity; the one from before serves, and that is said.
        Assert.Equal(before, between);
        Assert.NotEqual(before, after);
        Assert.Contains(_log, line => line.Contains("stays in use", StringComparison.Ordinal));
        Assert.Contains(_log, line => line.Contains("was renewed", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_CertificateThatNobodyWouldTake_SaysWhy()
    {
        using var authority = new Authority();
        var files = ClusterCertificates.Create(Now);

        AssertRefused(ClusterCertificates.Create(Now.AddYears(-11)), "not valid under ca.crt");
        AssertRefused(files with { Authority = ClusterCertificates.Create(Now).Authority }, "not valid under ca.crt");
        AssertRefused(files with { Key = ClusterCertificates.Create(Now).Key }, "cannot be used");
        AssertRefused(files with { Authority = "" }, "not valid under ca.crt");
        AssertRefused(authority.Issue("server", "1.3.6.1.5.5.7.3.1"), "not valid under ca.crt");
        var exception = Assert.Throws<StartException>(() => Open(authority.Issue("other"), name: "silo.runpod"));
        Assert.Contains("Silo:Tls:Name", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryWrite_FolderThatHasSome_LeavesThem()
    {
        var folder = _folder.Combine("made");
        var first = ClusterCertificates.Create(Now);

        Assert.True(ClusterCertificates.TryWrite(folder, first, NullLogger.Instance));
        Assert.False(ClusterCertificates.TryWrite(folder, ClusterCertificates.Create(Now), NullLogger.Instance));

        Assert.Equal(first.Key, TlsFiles.Read(folder).Key.TrimEnd());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, TlsFiles.KeyName)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    private void AssertRefused(TlsFiles files, string message)
    {
        var exception = Assert.Throws<StartException>(() => Open(files));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.StartsWith("Silo:Tls:Folder", exception.Message, StringComparison.Ordinal);
    }

    private ClusterTls Open(TlsFiles files, string name = "") => Open(files, out _, name);

    private ClusterTls Open(TlsFiles files, out string folder, string name = "")
    {
        folder = _folder.Combine($"tls{_folders++}");
        ClusterCertificates.TryWrite(folder, files, NullLogger.Instance);
        return ClusterTls.Open(new SiloTlsOptions { Folder = folder, Name = name }, new CallbackLoggerProvider(_log.Add))!;
    }

    /// <summary>A handshake as Orleans does it; returns the fingerprint of the certificate that the server saw.</summary>
    private static async Task<string?> ShakeAsync(ClusterTls server, ClusterTls client, bool trustsServer = false)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var outgoing = new TcpClient();
        await outgoing.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var incoming = await listener.AcceptTcpClientAsync();
        var orleans = new TlsOptions();
        server.Configure(orleans);
        var options = new TlsServerAuthenticationOptions { ClientCertificateRequired = orleans.RemoteCertificateMode == RemoteCertificateMode.RequireCertificate };
        orleans.OnAuthenticateAsServer!(null!, options);
        await using var stream = new SslStream(
            incoming.GetStream(),
            leaveInnerStreamOpen: false,
            (_, certificate, chain, errors) => certificate is X509Certificate2 known && orleans.RemoteCertificateValidation!(known, chain, errors));
        var accepting = Task.Run(async () =>
        {
            try
            {
                await stream.AuthenticateAsServerAsync((SslServerAuthenticationOptions)options.SslServerAuthenticationOptions);
            }
            catch
            {
                incoming.Close();
                throw;
            }
        });
        if (trustsServer)
        {
            await using var trusting = new SslStream(outgoing.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
            var asClient = new TlsClientAuthenticationOptions();
            var stranger = new TlsOptions();
            client.Configure(stranger);
            stranger.OnAuthenticateAsClient!(null!, asClient);
            await trusting.AuthenticateAsClientAsync((SslClientAuthenticationOptions)asClient.SslClientAuthenticationOptions);
            await accepting;
        }
        else
        {
            try
            {
                await client.AuthenticateAsync(outgoing.GetStream(), CancellationToken.None);
            }
            catch
            {
                outgoing.Close();
                await Task.WhenAny(accepting);
                throw;
            }

            await accepting;
        }

        return stream.RemoteCertificate?.GetCertHashString(HashAlgorithmName.SHA256);
    }

    /// <summary>One that issues more than one certificate.</summary>
    private sealed class Authority : IDisposable
    {
        private readonly X509Certificate2 _certificate;

        public Authority()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=Shared authority", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
            _certificate = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        }

        public TlsFiles Issue(string name, params string[] usages)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name);
            request.CertificateExtensions.Add(names.Build());
            if (usages.Length > 0)
            {
                request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. usages.Select(usage => new Oid(usage))], critical: false));
            }

            using var certificate = request.Create(_certificate, _certificate.NotBefore, _certificate.NotAfter, RandomNumberGenerator.GetBytes(8));
            return new TlsFiles(_certificate.ExportCertificatePem(), certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        }

        public void Dispose() => _certificate.Dispose();
    }
}
