using System.Globalization;
using StackExchange.Redis;

namespace RunPod.Bench;

/// <summary>What the store holds, by its own MEMORY USAGE of every key.</summary>
internal static class StoreSize
{
    public static async Task<long> BytesAsync(string connectionString)
    {
        await using var store = await ConnectionMultiplexer.ConnectAsync(connectionString);
        var database = store.GetDatabase();
        var total = 0L;
        foreach (var page in store.GetServers()[0].Keys(pageSize: 1000).Chunk(1000))
        {
            var sizes = await Task.WhenAll(page.Select(key => database.ExecuteAsync("MEMORY", "USAGE", key, "SAMPLES", "0")));
            total += sizes.Sum(size => long.Parse(size.ToString(), CultureInfo.InvariantCulture));
        }

        return total;
    }
}
