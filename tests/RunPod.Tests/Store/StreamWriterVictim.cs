using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using RunPod.Grains.Store;
using RunPod.Grains.Streams;
using RunPod.Silo.Store;
using StackExchange.Redis;

namespace RunPod.Tests.Store;

/// <summary>The process that is killed: appends to streams of an embedded store without pause, and prints the number of every batch that was acknowledged.</summary>
internal static class StreamWriterVictim
{
    /// <summary>Streams that grow at the same time, batch by batch in turn.</summary>
    public const int Streams = 8;

    /// <summary>Chunks in a batch.</summary>
    public const int BatchSize = 4;

    private const int ChunkBytes = 240_000;

    public static async Task<int> RunAsync(string folder)
    {
        await using var store = EmbeddedStore.Start(StoreWriter.Options, folder, NullLoggerFactory.Instance);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(store.ConnectionString);
        var streams = Open(connection);
        for (var number = 0; ; number++)
        {
            var chunks = Enumerable.Range(0, BatchSize).Select(i => (RedisValue)Chunk(number, i)).ToArray();
            await streams.AppendAsync(KeyOf(number), attempt: 1, number, chunks, TimeSpan.FromHours(1));
            await Console.Out.WriteLineAsync(number.ToString(CultureInfo.InvariantCulture));
        }
    }

    public static JobStreams Open(IConnectionMultiplexer store) =>
        new(store, new StoreKeys(Options.Create(new ClusterOptions { ServiceId = "test" })), Options.Create(new StreamOptions()));

    public static string KeyOf(long number) => $"endpoint/{number % Streams}";

    public static byte[] Chunk(long number, int index)
    {
        var bytes = new byte[ChunkBytes];
        new Random(((int)number * BatchSize) + index).NextBytes(bytes);
        return bytes;
    }
}
