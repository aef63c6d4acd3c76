using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RunPod.Silo.Store;
using RunPod.Tests.Support;
using StackExchange.Redis;

namespace RunPod.Tests.Store;

public sealed class EmbeddedStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_AfterKill9_HasEveryAcknowledgedWrite()
    {
        List<long> acknowledged = [];
        var random = new Random(1);
        for (var round = 0; round < KillRounds; round++)
        {
            acknowledged.AddRange(await WriteUntilKilledAsync(random.Next(200, 3_000)));
        }

        await using var store = Start();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(store.ConnectionString);
        var database = connection.GetDatabase();
        var lost = new List<long>();
        foreach (var chunk in acknowledged.Chunk(500))
        {
            var present = await Task.WhenAll(chunk.Select(number => StoreWriter.IsThereAsync(database, number)));
            lost.AddRange(chunk.Where((_, i) => !present[i]));
        }

        Assert.NotEmpty(acknowledged);
        Assert.Empty(lost);
    }

    [Fact]
    public async Task Start_AfterKill9BetweenLargeWrites_HasEveryAcknowledgedValue()
    {
        HashSet<long> acknowledged = [];
        for (var round = 0; round < KillRounds; round++)
        {
            acknowledged.UnionWith(await WriteUntilKilledAsync(Random.Shared.Next(20, FullRun.IsOn ? 200 : 60), "store-large-writer"));
        }

        await using var store = Start();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(store.ConnectionString);
        foreach (var number in acknowledged)
        {
            Assert.True(await StoreWriter.IsLargeThereAsync(connection.GetDatabase(), number), $"{number} is there");
        }
    }

    [Fact]
    public async Task Run_WritingManyTimesTheLogLimit_LogStaysBoundedAndRecovers()
    {
        const int Keys = 200;
        const int RoundBytes = 64 << 20;
        const long Bound = 48 << 20;
        var value = new byte[32 << 10];
        await using (var store = Start())
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(store.ConnectionString);
            var database = connection.GetDatabase();
            for (var round = 0; round < (FullRun.IsOn ? 4 : 2); round++)
            {
                for (var i = 0; i < RoundBytes / value.Length; i += 8)
                {
                    await Task.WhenAll(Enumerable.Range(i, 8).Select(n => database.StringSetAsync($"key/{n % Keys}", (RedisValue)value)));
                }

                await Eventually.HoldsAsync(() => LogBytesOnDisk() < Bound && CheckpointsOnDisk() <= 2, "a checkpoint replaces the log and the one before it");
            }
        }

        await using var restarted = Start();
        await using var again = await ConnectionMultiplexer.ConnectAsync(restarted.ConnectionString);

        Assert.Equal(Keys, await again.GetServers()[0].DatabaseSizeAsync());
    }

    [Fact]
    public async Task Start_LargeValuesInACheckpoint_ReadsThemBack()
    {
        const int Values = 12;
        var values = Enumerable.Range(0, Values).Select(i =>
        {
            var bytes = new byte[6 << 20];
            new Random(i).NextBytes(bytes);
            return bytes;
        }).ToArray();
        await using (var store = Start())
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(store.ConnectionString);
            for (var i = 0; i < Values; i++)
            {
                await store.Gate.EnterAsync();
                await connection.GetDatabase().HashSetAsync($"large/{i}", "data", values[i]);
                store.Gate.Exit();
            }

            await Eventually.HoldsAsync(HasCheckpoint, "a checkpoint");
        }

        await using var restarted = Start();
        await using var again = await ConnectionMultiplexer.ConnectAsync(restarted.ConnectionString);

        for (var i = 0; i < Values; i++)
        {
            var read = (byte[]?)await again.GetDatabase().HashGetAsync($"large/{i}", "data");
            Assert.True(values[i].AsSpan().SequenceEqual(read));
        }
    }

    [Fact]
    public async Task Start_CheckpointDamaged_FailsRatherThanLoseItsRecords()
    {
        await using (var store = Start())
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(store.ConnectionString + ",allowAdmin=true");
            var database = connection.GetDatabase();
            await database.StringSetAsync("before", "value");
            await database.ExecuteAsync("SAVE");
            await database.StringSetAsync("after", "value");
        }

        foreach (var info in Directory.GetFiles(_folder.Path, "info.dat*", SearchOption.AllDirectories))
        {
            File.WriteAllBytes(info, []);
        }

        var exception = Assert.Throws<StoreException>(Start);
        Assert.Contains(_folder.Path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FolderHeldByAnotherProcess_NamesFolderAndProcess()
    {
        using var holder = Victim.Start("store-holder", _folder.Path);
        Assert.Equal("ready", await holder.Output.ReadLineAsync());

        var exception = Assert.Throws<StoreException>(Start);

        Assert.Contains(_folder.Path, exception.Message, StringComparison.Ordinal);
        Assert.Contains($"process {holder.ProcessId}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_HolderKilled_TakesTheFolderOver()
    {
        using var holder = Victim.Start("store-holder", _folder.Path);
        Assert.Equal("ready", await holder.Output.ReadLineAsync());

        holder.Kill();

        await using var store = Start();
    }

    [Fact]
    public async Task TryReadRunning_OtherProcessRuns_ConnectsToIt()
    {
        using var holder = Victim.Start("store-holder", _folder.Path);
        Assert.Equal("ready", await holder.Output.ReadLineAsync());

        var connectionString = EmbeddedStore.TryReadRunning(_folder.Path);

        Assert.NotNull(connectionString);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(connectionString);
        Assert.True(await connection.GetDatabase().StringSetAsync("key", "value"));
    }

    [Fact]
    public async Task TryReadRunning_ProcessKilled_IsNull()
    {
        using var holder = Victim.Start("store-holder", _folder.Path);
        Assert.Equal("ready", await holder.Output.ReadLineAsync());

        holder.Kill();

        Assert.Null(EmbeddedStore.TryReadRunning(_folder.Path));
    }

    [Fact]
    public async Task TryReadRunning_Stopped_IsNull()
    {
        await using (Start())
        {
            Assert.NotNull(EmbeddedStore.TryReadRunning(_folder.Path));
        }

        Assert.Null(EmbeddedStore.TryReadRunning(_folder.Path));
    }

    [Fact]
    public async Task Connect_WithoutPassword_IsRefused()
    {
        await using var store = Start();
        var port = store.ConnectionString[..store.ConnectionString.IndexOf(',', StringComparison.Ordinal)];

        await Assert.ThrowsAnyAsync<RedisException>(async () =>
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(port);
            await connection.GetDatabase().StringSetAsync("key", "value");
        });
    }

    // A long run of kills: RUNPOD_KILL_ROUNDS=50 dotnet test --filter Kill9
    private static int KillRounds => int.TryParse(Environment.GetEnvironmentVariable("RUNPOD_KILL_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 2;

    private EmbeddedStore Start() => EmbeddedStore.Start(StoreWriter.Options, _folder.Path, NullLoggerFactory.Instance);

    private async Task<List<long>> WriteUntilKilledAsync(int count, string mode = "store-writer")
    {
        using var writer = Victim.Start(mode, _folder.Path);
        var acknowledged = new List<long>();
        while (acknowledged.Count < count && await writer.Output.ReadLineAsync() is { } line)
        {
            acknowledged.Add(long.Parse(line, CultureInfo.InvariantCulture));
        }

        Assert.Equal(count, acknowledged.Count);
        writer.Kill();

        // What it printed between the last line read and its end was acknowledged too; the last line may be cut off.
        var rest = await writer.Output.ReadToEndAsync();
        acknowledged.AddRange(rest.Split('\n')[..^1].Select(line => long.Parse(line, CultureInfo.InvariantCulture)));
        return acknowledged;
    }

    private bool HasCheckpoint() =>
        Directory.EnumerateFiles(_folder.Path, "info.dat*", SearchOption.AllDirectories).Any(info => new FileInfo(info) is { Exists: true, Length: > 0 });

    /// <summary>Of their two parts, the one of which there are more.</summary>
    private int CheckpointsOnDisk() =>
        Directory.GetDirectories(_folder.Combine("store", "Store", "checkpoints")).Max(part => Directory.GetDirectories(part).Length);

    private long LogBytesOnDisk() => new DirectoryInfo(_folder.Combine("store", "AOF")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file =>
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Deleted by a checkpoint meanwhile.
            return 0;
        }
    });
}
