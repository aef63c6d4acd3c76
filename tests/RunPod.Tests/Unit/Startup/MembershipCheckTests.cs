using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RunPod.Silo.Startup;

namespace RunPod.Tests.Unit.Startup;

public sealed class MembershipCheckTests
{
    // RFC 5737: an address that nobody has.
    private static readonly IPAddress Unreachable = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task Run_NobodyElse_Returns() => await RunAsync(new StubTable());

    [Fact]
    public async Task Run_LivingSiloAtOwnAddressOnAnotherMachine_NamesBoth()
    {
        var exception = await Assert.ThrowsAsync<StartException>(() => RunAsync(new StubTable { IsAlive = true, Member = Entry(Self.SiloAddress, "other-machine") }));

        Assert.Contains("other-machine", exception.Message, StringComparison.Ordinal);
        Assert.Contains("this-machine", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Silo:AdvertisedIPAddress", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Silo:ServiceId", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_LivingSiloThatCannotBeReached_NamesIt()
    {
        var exception = await Assert.ThrowsAsync<StartException>(
            () => RunAsync(new StubTable { IsAlive = true, Member = Entry(SiloAddress.New(Unreachable, 11111, 1), "other-machine") }));

        Assert.Contains("192.0.2.1:11111", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Silo:ServiceId", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OwnPredecessorThatWasKilled_ReturnsAtOnce()
    {
        var table = new StubTable { Member = Entry(Self.SiloAddress, "this-machine") };

        await RunAsync(table);

        Assert.Equal(1, table.Reads);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_SiloThatWasKilled_ReturnsAfterALook(bool atOwnAddress)
    {
        // Its machine came back under another name, or has not come back.
        var table = new StubTable { Member = Entry(atOwnAddress ? Self.SiloAddress : SiloAddress.New(Unreachable, 11111, 1), "other-machine") };

        await RunAsync(table);

        Assert.InRange(table.Reads, 2, int.MaxValue);
    }

    [Fact]
    public async Task Run_LivingSiloThatCanBeReached_ReturnsAtOnce()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var table = new StubTable { IsAlive = true, Member = Entry(SiloAddress.New((IPEndPoint)listener.LocalEndpoint, 1), "other-machine") };

        await RunAsync(table);

        Assert.Equal(1, table.Reads);
    }

    private static StubDetails Self { get; } = new();

    private static Task RunAsync(StubTable table) => new MembershipCheck(
        table,
        Self,
        Options.Create(new ClusterOptions { ServiceId = "runpod" }),
        Options.Create(new ClusterMembershipOptions { IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(table.IsAlive ? 60 : 2) }),
        TimeProvider.System,
        NullLogger<MembershipCheck>.Instance).RunAsync(CancellationToken.None);

    private static MembershipEntry Entry(SiloAddress address, string host) =>
        new() { SiloAddress = address, HostName = host, SiloName = "silo", Status = SiloStatus.Active, IAmAliveTime = DateTime.UnixEpoch };

    private sealed class StubDetails : ILocalSiloDetails
    {
        public string Name => "me";

        public string ClusterId => "runpod";

        public string DnsHostName => "this-machine";

        public SiloAddress SiloAddress { get; } = SiloAddress.New(IPAddress.Loopback, 11111, 2);

        public SiloAddress GatewayAddress => SiloAddress;
    }

    private sealed class StubTable : IMembershipTable
    {
        public MembershipEntry? Member { get; init; }

        /// <summary>Whether the member says at each look that it is alive.</summary>
        public bool IsAlive { get; init; }

        public int Reads { get; private set; }

        public Task InitializeMembershipTable(bool tryInitTableVersion) => Task.CompletedTask;

        public Task<MembershipTableData> ReadAll()
        {
            Reads++;
            if (Member is null)
            {
                return Task.FromResult(new MembershipTableData(new TableVersion(0, "0")));
            }

            Member.IAmAliveTime += IsAlive ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
            return Task.FromResult(new MembershipTableData([Tuple.Create(Member, "1")], new TableVersion(1, "1")));
        }

        public Task DeleteMembershipTableEntries(string clusterId) => throw new NotSupportedException();

        public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => throw new NotSupportedException();

        public Task<MembershipTableData> ReadRow(SiloAddress key) => throw new NotSupportedException();

        public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => throw new NotSupportedException();

        public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => throw new NotSupportedException();

        public Task UpdateIAmAlive(MembershipEntry entry) => throw new NotSupportedException();
    }
}
