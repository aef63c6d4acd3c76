using System.Text;
using StackExchange.Redis;

namespace RunPod.Tests.Support;

/// <summary>Reads everything that a store holds.</summary>
internal static class StoreScan
{
    /// <summary>The keys that mention a text, themselves or in their value.</summary>
    public static async Task<string[]> FindAsync(string connectionString, string text)
    {
        await using var store = await ConnectionMultiplexer.ConnectAsync(connectionString);
        var database = store.GetDatabase();
        var found = new List<string>();
        await foreach (var key in store.GetServers()[0].KeysAsync())
        {
            // Not by DUMP, which Redis compresses.
            var values = await ReadAsync(database, key);
            if (values.Prepend((byte[])key!).Any(value => Encoding.Latin1.GetString(value).Contains(text, StringComparison.Ordinal)))
            {
                found.Add(key.ToString());
            }
        }

        return [.. found];
    }

    private static async Task<IEnumerable<byte[]>> ReadAsync(IDatabase database, RedisKey key) => await database.KeyTypeAsync(key) switch
    {
        RedisType.String => Bytes(await database.StringGetAsync(key)),
        RedisType.Hash => (await database.HashGetAllAsync(key)).SelectMany(field => Bytes(field.Name, field.Value)),
        RedisType.Set => Bytes(await database.SetMembersAsync(key)),
        RedisType.SortedSet => Bytes(await database.SortedSetRangeByRankAsync(key)),
        RedisType.List => Bytes(await database.ListRangeAsync(key)),
        // It went between the scan and the read.
        RedisType.None => [],
        var other => throw new InvalidOperationException($"Key {key} is a {other}, which this scan does not read."),
    };

    private static IEnumerable<byte[]> Bytes(params RedisValue[] values) => values.Select(value => (byte[]?)value ?? []);
}
