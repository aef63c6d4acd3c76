using System.Security.Cryptography;
using System.Text;

namespace RunPod.Grains.Webhooks;

/// <summary>A webhook that is to be delivered: whose, and where. What is sent is asked of the source when its turn comes.</summary>
internal readonly record struct OutboxEntry
{
    private OutboxEntry(string receiver, string hook, GrainId source) => (Receiver, Hook, Source) = (receiver, hook, source);

    /// <summary>The key of the outbox and of its grain: one for each user and server, so that users do not wait for each other's.</summary>
    public string Receiver { get; }

    /// <summary>The source's name for it.</summary>
    public string Hook { get; }

    /// <summary>The grain that knows the rest, an <see cref="Contracts.Webhooks.IWebhookSource"/>.</summary>
    public GrainId Source { get; }

    /// <summary>What the store holds of it.</summary>
    public string Member => $"{Hook} {Source}";

    /// <summary>The entry of a URL.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="url">A valid http or https URL.</param>
    /// <param name="hook">The source's name for it, without spaces.</param>
    /// <param name="source">The source.</param>
    public static OutboxEntry Of(string userId, string url, string hook, GrainId source)
    {
        var server = new Uri(url);

        // Hashed, so that no part of a URL is in a key or a log.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\n{server.Scheme}://{server.IdnHost}:{server.Port}"));
        return new OutboxEntry(Convert.ToHexStringLower(hash.AsSpan(0, 16)), hook, source);
    }

    /// <summary>The entry that a receiver's outbox holds as <paramref name="member"/>.</summary>
    public static OutboxEntry Parse(string receiver, string member)
    {
        var space = member.IndexOf(' ', StringComparison.Ordinal);
        return new OutboxEntry(receiver, member[..space], GrainId.Parse(member[(space + 1)..]));
    }
}
