using Microsoft.Extensions.Options;

namespace RunPod.Grains.Inference;

/// <summary>
/// Bounds what outputs that wait to be stored hold of a silo's memory while their slots run the next jobs: in bytes, and by user, so that one
/// whose bucket does not answer leaves room for the others. Whoever finds no room waits on its slot.
/// </summary>
internal sealed class StoringRoom(IOptions<WorkerOptions> options)
{
    // What an attempt holds besides its output, so that many small ones are bounded too.
    private const long LeastBytes = 1 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _users = [];
    private long _bytes;

    /// <summary>Enters an output; null if there is no room. To be disposed once it is stored and reported.</summary>
    public IDisposable? TryEnter(string userId, long bytes)
    {
        bytes = Math.Max(bytes, LeastBytes);
        lock (_gate)
        {
            var ofUser = _users.GetValueOrDefault(userId) + bytes;
            if (_bytes + bytes > options.Value.MaxStoringBytes || ofUser > options.Value.MaxStoringBytesPerUser)
            {
                return null;
            }

            _bytes += bytes;
            _users[userId] = ofUser;
        }

        return new Place(this, userId, bytes);
    }

    private void Leave(string userId, long bytes)
    {
        lock (_gate)
        {
            _bytes -= bytes;
            if ((_users[userId] -= bytes) == 0)
            {
                _users.Remove(userId);
            }
        }
    }

    private sealed class Place(StoringRoom room, string userId, long bytes) : IDisposable
    {
        public void Dispose() => room.Leave(userId, bytes);
    }
}
