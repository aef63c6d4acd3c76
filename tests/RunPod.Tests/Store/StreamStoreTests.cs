using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RunPod.Grains.Streams;
using RunPod.Silo.Store;
using RunPod.Tests.Support;
using StackExchange.Redis;

namespace RunPod.Tests.Store;

/// <summary>Streams larger than the embedded store's records, and writes of which nobody knows whether they were applied.</summary>
public sealed class StreamStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    public async Task Kill9_LargeStreamsWithCheckpoints_EveryAcknowledgedChunkIsThereInOrder(int batches)
    {
        var acknowledged = 0L;
        using (var writer = Victim.Start("store-stream-writer", _folder.Path))
        {
            for (var i = 0; i < batches; i++)
            {
                acknowledged = long.Parse((await writer.Output.ReadLineAsync())!, CultureInfo.InvariantCulture);
            }

            writer.Kill();
        }

        await using var store = EmbeddedStore.Start(StoreWriter.Options, _folder.Path, NullLoggerFactory.Instance);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(store.ConnectionString);
        var streams = StreamWriterVictim.Open(connection);

        for (var stream = 0; stream < StreamWriterVictim.Streams; stream++)
        {
            var number = (long)stream;
            var index = 0;
            for (var isLast = false; !isLast;)
            {
                var taken = await streams.TakeAsync(StreamWriterVictim.KeyOf(stream), attempt: 1);
                isLast = taken.IsLast;
                foreach (var chunk in taken.Chunks)
                {
                    Assert.True(StreamWriterVictim.Chunk(number, index).AsSpan().SequenceEqual(chunk), $"Chunk {index} of batch {number} is not the next one.");
                    index = (index + 1) % StreamWriterVictim.BatchSize;
                    number += index == 0 ? StreamWriterVictim.Streams : 0;
                }
            }

            Assert.Equal(0, index);
            Assert.InRange(number, acknowledged + 1, acknowledged + (4 * StreamWriterVictim.Streams));
        }
    }

    [Fact]
    public async Task Append_TimedOutButApplied_IsNotAppendedAgain()
    {
        using var redis = await RedisServer.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true");
        await using var hasty = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",asyncTimeout=300,syncTimeout=300");
        var stream = new AttemptStream(StreamWriterVictim.Open(hasty), "endpoint/job", attempt: 1, TimeSpan.FromHours(1), StreamOptions.SmallestMaxBytes);
        await AppendAsync(stream, "1");

        // The server takes the write and executes it when its pause is over; on a busy machine a client may give up before it has sent it.
        await Eventually.HoldsAsync(
            async () =>
            {
                await admin.GetDatabase().ExecuteAsync("CLIENT", "PAUSE", "60000", "WRITE");
                await Assert.ThrowsAnyAsync<TimeoutException>(() => stream.AppendAsync(["2", "3"]));
                await admin.GetDatabase().ExecuteAsync("CLIENT", "UNPAUSE");
                return await StreamWriterVictim.Open(admin).CountAsync("endpoint/job", 1) == 3;
            },
            "the server has executed the write");
        await AppendAsync(stream, "2", "3");
        await AppendAsync(stream, "4");

        Assert.Equal(["1", "2", "3", "4"], (await StreamWriterVictim.Open(admin).TakeAsync("endpoint/job", 1)).Chunks.Select(System.Text.Encoding.UTF8.GetString));
    }

    /// <summary>As a worker does it: again, until the store has answered.</summary>
    private static Task AppendAsync(AttemptStream stream, params RedisValue[] batch) => Eventually.HoldsAsync(
        async () =>
        {
            try
            {
                await stream.AppendAsync(batch);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        },
        "the store answers");
}
