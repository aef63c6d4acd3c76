using Microsoft.Extensions.Options;
using RunPod.Contracts.Batches;
using RunPod.Grains.Store;
using StackExchange.Redis;

namespace RunPod.Grains.Batches;

/// <summary>
/// How many bytes the store keeps of each batch of a user and endpoint, and their sum, which has a limit. A batch enters what it is about to have before it
/// writes it, and what is left after it has deleted something; so a crash in between counts too much, until the batch enters the next figure or is deleted.
/// What is counted of a batch that is gone comes up when somebody is refused.
/// </summary>
internal sealed class BatchBytes(IConnectionMultiplexer redis, StoreKeys keys, IOptions<BatchOptions> options)
{
    private const int SampleSize = 100;
    private const string Total = "total";

    // The sum first: a store that is full refuses it, and then nothing has changed.
    private const string Enter = """
        local old = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
        local new = tonumber(ARGV[2])
        local total = tonumber(redis.call('HGET', KEYS[1], 'total') or '0') - old + new
        if new > old and total > tonumber(ARGV[3]) then
            return 0
        end
        if total <= 0 then
            redis.call('DEL', KEYS[1])
            return 1
        end
        redis.call('HSET', KEYS[1], 'total', string.format('%.0f', total))
        if new > 0 then
            redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
        else
            redis.call('HDEL', KEYS[1], ARGV[1])
        end
        return 1
        """;

    private IDatabase Store => redis.GetDatabase();

    /// <summary>Enters what a batch is about to have. False, and nothing is entered, if the user would have too much.</summary>
    public async Task<bool> TryEnterAsync(string endpointId, string userId, string batchId, long bytes) =>
        (bool)await Store.ScriptEvaluateAsync(Enter, [keys.BatchBytes(endpointId, userId)], [batchId, bytes, options.Value.MaxBytes]);

    /// <summary>Enters that a batch has less than before. Best effort: it holds up nothing, least of all what makes room in a full store.</summary>
    public void Lower(string endpointId, string userId, string batchId, long bytes) =>
        Store.ScriptEvaluate(Enter, [keys.BatchBytes(endpointId, userId)], [batchId, bytes, long.MaxValue], CommandFlags.FireAndForget);

    /// <summary>Some of the batches that are counted, any of them.</summary>
    public async Task<string[]> SampleAsync(string endpointId, string userId) =>
        [.. (await Store.HashRandomFieldsAsync(keys.BatchBytes(endpointId, userId), SampleSize)).Select(field => field.ToString()).Where(field => field != Total)];
}
