using System.Globalization;
using Garnet;
using Garnet.server;
using Microsoft.Extensions.Logging.Abstractions;
using RunPod.Silo.Store;
using RunPod.Tests.Support;
using StackExchange.Redis;

namespace RunPod.Tests.Store;

/// <summary>A start with a log that a checkpoint has cut inside of a transaction.</summary>
public sealed class CutTransactionTests : IDisposable
{
    private const string Password = "password";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Start_LogBeginsInsideOfATransaction_HasWhatFollows(int recordsCut)
    {
        await WriteAndCutAsync(recordsCut);

        await using var store = EmbeddedStore.Start(new StoreOptions(), _folder.Path, NullLoggerFactory.Instance);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(store.ConnectionString);

        Assert.Equal("3", await connection.GetDatabase().StringGetAsync("after"));
    }

    private async Task WriteAndCutAsync(int recordsCut)
    {
        var port = FreePort.Find();
        var options = EmbeddedStoreSettings.Create(new StoreOptions(), _folder.Combine("store"), port, Password, NullLogger.Instance);
        using var server = new Server(options);
        server.Start();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port},password={Password}"));
        var database = connection.GetDatabase();
        var begin = server.Log.GetTailAddress(0);
        var transaction = database.CreateTransaction();
        _ = transaction.StringSetAsync("one", "1");
        _ = transaction.HashSetAsync("two", "field", "2");
        Assert.True(await transaction.ExecuteAsync());
        await database.StringSetAsync("after", "3");
        server.Log.TruncateUntil(0, AddressAfter(server.Log, begin, recordsCut));
        await server.Log.CommitAsync(null, CancellationToken.None);
    }

    private static long AddressAfter(GarnetLog log, long begin, int records)
    {
        using var scan = log.ScanSingle(0, begin, log.GetTailAddress(0), recover: false, scanUncommitted: false);
        var next = begin;
        for (var i = 0; i < records; i++)
        {
            Assert.True(scan.GetNext(out _, out _, out _, out next));
        }

        Assert.True(next < log.GetTailAddress(0));
        return next;
    }

    private sealed class Server(GarnetServerOptions options) : GarnetServer(options)
    {
        public GarnetLog Log => storeWrapper.appendOnlyFile.Log;
    }
}
