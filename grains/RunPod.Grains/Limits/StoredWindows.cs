using System.Globalization;
using Microsoft.Extensions.Options;
using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Limits;

/// <summary>
/// The windows of rate limiters in the store, for the silo that takes a limiter over. A window counts for seconds, so nothing here is waited
/// for long, and what fails is left: then a limiter begins with an empty window.
/// </summary>
internal sealed class StoredWindows(IConnectionMultiplexer redis, StoreKeys keys, IOptions<RateLimitOptions> options)
{
    /// <summary>Keeps what was granted until it no longer counts; does not wait.</summary>
    public void Save(string limiter, IEnumerable<(DateTimeOffset At, int Count)> granted, TimeSpan window)
    {
        var text = string.Join(' ', granted.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.At.ToUnixTimeMilliseconds()}:{part.Count}")));
        redis.GetDatabase().StringSet(keys.RateWindow(limiter), text, window, flags: CommandFlags.FireAndForget);
    }

    /// <summary>What was kept; nothing if the store does not answer soon, or another version wrote otherwise.</summary>
    public async Task<(DateTimeOffset At, int Count)[]> ReadAsync(string limiter)
    {
        try
        {
            string? text = await redis.GetDatabase().StringGetAsync(keys.RateWindow(limiter)).WaitAsync(options.Value.RestoreWithin);
            return string.IsNullOrEmpty(text) ? [] : Array.ConvertAll(text.Split(' '), Parse);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or FormatException)
        {
            return [];
        }
    }

    private static (DateTimeOffset At, int Count) Parse(string part)
    {
        return part.Split(':') is [var at, var count]
            ? (DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture)), int.Parse(count, CultureInfo.InvariantCulture))
            : throw new FormatException($"'{part}' is no part of a window.");
    }
}
