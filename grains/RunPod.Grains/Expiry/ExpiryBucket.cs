using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RunPod.Grains.Expiry;

/// <summary>The minute and shard of a deadline; <c>ToString</c> is the key of its grain. Deletions have shards of their own, which a silo that does not know them serves like others.</summary>
internal readonly record struct ExpiryBucket(long Minute, int Shard)
{
    /// <summary>How many shards a kind of deadline can have.</summary>
    public const int MaxShards = 1 << 16;

    public DateTimeOffset Start => DateTimeOffset.FromUnixTimeSeconds(Minute * 60);

    public DateTimeOffset End => Start.AddMinutes(1);

    public static ExpiryBucket Of(string jobKey, DateTimeOffset deadline, DeadlineKind kind, int shards) => new(
        deadline.ToUnixTimeSeconds() / 60,
        ((int)kind * MaxShards) + (shards == 1 ? 0 : (int)(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(jobKey.AsSpan())) % (uint)shards)));

    public static ExpiryBucket Parse(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return new(long.Parse(key.AsSpan(0, slash), CultureInfo.InvariantCulture), int.Parse(key.AsSpan(slash + 1), CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Minute}/{Shard}");
}
