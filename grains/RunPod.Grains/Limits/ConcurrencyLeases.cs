namespace RunPod.Grains.Limits;

/// <summary>Places among concurrent requests. Each is held by a lease that its front end renews, so that one that dies keeps none.</summary>
internal sealed class ConcurrencyLeases(int limit, TimeSpan lease)
{
    private readonly Dictionary<long, DateTimeOffset> _endsAt = [];

    // A limiter that moved to another silo is told of the places that requests took before: none of them may be one of its own.
    private long _lastPermit = Random.Shared.NextInt64(1L << 62);

    /// <summary>Takes a place. False if all are taken.</summary>
    public bool TryTake(DateTimeOffset now, out long permitId)
    {
        permitId = 0;
        if (_endsAt.Count >= limit)
        {
            foreach (var (id, endsAt) in _endsAt)
            {
                if (endsAt <= now)
                {
                    _endsAt.Remove(id);
                }
            }

            if (_endsAt.Count >= limit)
            {
                return false;
            }
        }

        _endsAt.Add(permitId = ++_lastPermit, now + lease);
        return true;
    }

    /// <summary>Prolongs a place that is still held.</summary>
    public void Renew(long permitId, DateTimeOffset now)
    {
        if (_endsAt.ContainsKey(permitId))
        {
            _endsAt[permitId] = now + lease;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Release(long permitId) => _endsAt.Remove(permitId);
}
