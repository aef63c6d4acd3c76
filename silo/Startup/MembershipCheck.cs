using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RunPod.Silo.Tls;

namespace RunPod.Silo.Startup;

/// <summary>
/// Looks at the members of the cluster that this silo is about to join: one at this silo's own address on another machine, or one that lives and cannot be
/// reached from here, means that two clusters use one service id, or that addresses are wrong; Orleans would find that out in minutes, if at all.
/// </summary>
internal sealed partial class MembershipCheck(
    IMembershipTable table, ILocalSiloDetails self, IOptions<ClusterOptions> cluster, IOptions<ClusterMembershipOptions> options, TimeProvider clock, ILogger<MembershipCheck> logger,
    ClusterTls? tls = null)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(1);

    private bool _isAnnounced;

    // A member that lives writes so once in this time; one that was killed never does. So no two machines' clocks are compared.
    private TimeSpan ShowsLifeWithin => options.Value.IAmAliveTablePublishTimeout * 1.5;

    /// <summary>Returns once nothing speaks against joining.</summary>
    /// <exception cref="StartException">The silo must not join; the message says what to set.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true, cancellationToken);
        var started = clock.GetTimestamp();
        var firstSeen = new Dictionary<SiloAddress, DateTime>();
        while (await FindSuspectsAsync(cancellationToken) is { Count: > 0 } suspects && clock.GetElapsedTime(started) < ShowsLifeWithin)
        {
            foreach (var suspect in suspects)
            {
                if (!firstSeen.TryAdd(suspect.SiloAddress, suspect.IAmAliveTime) && suspect.IAmAliveTime > firstSeen[suspect.SiloAddress])
                {
                    throw new StartException(Describe(suspect));
                }
            }

            if (!_isAnnounced)
            {
                _isAnnounced = true;
                LogWatching(string.Join(", ", suspects.Select(suspect => suspect.SiloAddress.Endpoint)), (int)ShowsLifeWithin.TotalSeconds);
            }

            await Task.Delay(Interval, clock, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<MembershipEntry>> FindSuspectsAsync(CancellationToken cancellationToken)
    {
        var members = (await table.ReadAllAsync(cancellationToken)).Members.Select(member => member.Item1).Where(entry => entry.Status == SiloStatus.Active).ToArray();
        var isSuspect = await Task.WhenAll(members.Select(async entry => IsAtOwnAddress(entry)
            ? entry.HostName != self.DnsHostName
            : !await CanConnectAsync(entry.SiloAddress, cancellationToken)));
        return [.. members.Where((_, i) => isSuspect[i])];
    }

    private bool IsAtOwnAddress(MembershipEntry entry) => entry.SiloAddress.Endpoint.Equals(self.SiloAddress.Endpoint);

    private async Task<bool> CanConnectAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ConnectPatience);
        try
        {
            using var socket = new Socket(silo.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(silo.Endpoint, patience.Token);
            if (tls is not null)
            {
                await using var stream = new NetworkStream(socket);
                await tls.AuthenticateAsync(stream, patience.Token);
            }

            return true;
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private string Describe(MembershipEntry member) => IsAtOwnAddress(member)
        ? $"The silo '{member.SiloName}' on the machine '{member.HostName}' already has the address {self.SiloAddress.Endpoint}, which this silo on '{self.DnsHostName}' would advertise too. "
            + $"Set Silo:AdvertisedIPAddress to the address under which the other machines reach this one; if they are two clusters, give each its own Silo:ServiceId (now '{cluster.Value.ServiceId}')."
        : $"The silo '{member.SiloName}' at {member.SiloAddress.Endpoint} on the machine '{member.HostName}' is an active member of the cluster '{cluster.Value.ServiceId}' and cannot be reached from here. "
            + "Open its port to this machine, set its Silo:AdvertisedIPAddress to one that reaches it, or give both Silo:Tls:Folder with one authority, or neither; if it belongs to another cluster, give this one its own Silo:ServiceId.";

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot reach the members {Members} of the cluster; looking for {Seconds} s whether they are alive")]
    private partial void LogWatching(string members, int seconds);
}
