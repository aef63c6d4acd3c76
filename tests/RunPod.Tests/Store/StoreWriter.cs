using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RunPod.Silo.Store;
using StackExchange.Redis;

namespace RunPod.Tests.Store;

/// <summary>The process that is killed: hosts an embedded store, writes to it without pause and prints every number that was acknowledged.</summary>
internal static class StoreWriter
{
    public const int Writers = 6;

    /// <summary>Makes a connection that waits on a machine that is busy with other tests.</summary>
    public const string Patiently = ",connectTimeout=60000,syncTimeout=60000,asyncTimeout=60000";

    private const int LargeKeys = 30;

    private const string Script = "redis.call('HSET', KEYS[1], 'data', ARGV[1], 'etag', ARGV[2]) return 1";

    // Small, so that kills also fall into checkpoints.
    public static StoreOptions Options => new() { EmbeddedLogLimit = "1m" };

    public static async Task<int> RunAsync(string folder)
    {
        await using var store = EmbeddedStore.Start(Options, folder, NullLoggerFactory.Instance);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(store.ConnectionString + Patiently);
        var database = connection.GetDatabase();
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        var first = (long)await database.StringIncrementAsync("round") * 1_000_000;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var number = first + writer; ; number += Writers)
            {
                await WriteAsync(database, number);
                await output.WriteLineAsync(number.ToString(CultureInfo.InvariantCulture));
            }
        })));
        return 0;
    }

    /// <summary>The same with values of several MiB, which the log splits.</summary>
    public static async Task<int> RunLargeAsync(string folder)
    {
        await using var store = EmbeddedStore.Start(Options, folder, NullLoggerFactory.Instance);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(store.ConnectionString + Patiently);
        var database = connection.GetDatabase();
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var round = 0; ; round++)
            {
                var number = (round * Writers) + writer;
                await store.Gate.EnterAsync();
                try
                {
                    await database.ScriptEvaluateAsync(Script, [$"large/{number % LargeKeys}"], [LargeValue(number % LargeKeys), number]);
                }
                finally
                {
                    store.Gate.Exit();
                }

                await output.WriteLineAsync(number.ToString(CultureInfo.InvariantCulture));
            }
        })));
        return 0;
    }

    public static async Task<bool> IsLargeThereAsync(IDatabase database, long number)
    {
        var read = (byte[]?)await database.HashGetAsync($"large/{number % LargeKeys}", "data");
        return LargeValue(number % LargeKeys).AsSpan().SequenceEqual(read);
    }

    /// <summary>Holds the folder until it is killed.</summary>
    public static async Task<int> HoldAsync(string folder)
    {
        await using var store = EmbeddedStore.Start(Options, folder, NullLoggerFactory.Instance);
        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>Whether everything that <see cref="WriteAsync"/> acknowledged for this number is there, and nothing that it deleted.</summary>
    public static async Task<bool> IsThereAsync(IDatabase database, long number)
    {
        var value = Value(number);
        return await database.StringGetAsync($"string/{number}") == value
            && await database.HashGetAsync($"script/{number}", "data") == value
            && await database.HashGetAsync($"script/{number}", "etag") == number
            && await database.HashGetAsync($"hash/{number % 100}", number) == number
            && await database.SetContainsAsync($"set/{number % 100}", number)
            && await database.SortedSetScoreAsync($"sorted/{number % 100}", number) == number
            && await database.StringGetAsync($"transaction/{number}/a") == value
            && await database.HashGetAsync($"transaction/{number}/b", "data") == value
            && !await database.KeyExistsAsync($"deleted/{number}")
            && await database.SortedSetScoreAsync("removed", number) is null;
    }

    private static async Task WriteAsync(IDatabase database, long number)
    {
        var value = Value(number);
        await database.StringSetAsync($"string/{number}", value);
        await database.ScriptEvaluateAsync(Script, [$"script/{number}"], [value, number]);
        await database.HashSetAsync($"hash/{number % 100}", number, number);
        await database.SetAddAsync($"set/{number % 100}", number);
        await database.SortedSetAddAsync($"sorted/{number % 100}", number, number);
        var transaction = database.CreateTransaction();
        _ = transaction.StringSetAsync($"transaction/{number}/a", value);
        _ = transaction.HashSetAsync($"transaction/{number}/b", "data", value);
        await transaction.ExecuteAsync();
        await database.StringSetAsync($"deleted/{number}", value);
        await database.SortedSetAddAsync("removed", number, number);
        await database.KeyDeleteAsync($"deleted/{number}");
        await database.SortedSetRemoveAsync("removed", number);
    }

    private static RedisValue Value(long number) => $"{number}:{new string((char)('a' + (number % 26)), (int)(number % 700))}";

    private static byte[] LargeValue(long key)
    {
        var bytes = new byte[(1 << 20) * (1 + (key % 6))];
        new Random((int)key).NextBytes(bytes);
        return bytes;
    }
}
