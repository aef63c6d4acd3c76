using System.Security.Cryptography;
using StackExchange.Redis;

namespace RunPod.Silo.Objects;

/// <summary>A signing key kept in the store: whoever comes first writes it, so URLs outlive restarts and hold on every front end.</summary>
internal sealed class StoredUrlSigningKey : IUrlSigningKey
{
    private const int Bytes = 32;

    private StoredUrlSigningKey(byte[] value)
    {
        Value = value;
    }

    public byte[] Value { get; }

    public static async Task<StoredUrlSigningKey> ReadOrCreateAsync(IConnectionMultiplexer store, string serviceId)
    {
        var database = store.GetDatabase();
        RedisKey key = $"{serviceId}/secrets/url-signing";
        await database.StringSetAsync(key, RandomNumberGenerator.GetBytes(Bytes), when: When.NotExists);
        return (byte[]?)await database.StringGetAsync(key) is { Length: Bytes } value
            ? new StoredUrlSigningKey(value)
            : throw new InvalidOperationException($"The store's '{key}' is not a signing key of {Bytes} bytes. Delete it to make a new one; URLs given out so far then stop working.");
    }
}
