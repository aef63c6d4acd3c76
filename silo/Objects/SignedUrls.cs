using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RunPod.Silo.Objects;

/// <summary>URLs that carry their own permission: a key, when it ends, and an HMAC-SHA256 over both.</summary>
internal sealed class SignedUrls(IUrlSigningKey signingKey, TimeProvider time)
{
    public const string Path = "files";

    public Uri Create(string baseUrl, string key, DateTimeOffset expiresAt)
    {
        var expires = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new Uri($"{baseUrl.TrimEnd('/')}/{Path}/{key}?expires={expires}&signature={Base64Url.EncodeToString(Sign(key, expires))}");
    }

    public SignatureCheck Check(string key, string? expires, string? signature)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (expires is null || signature is null
            || Base64Url.DecodeFromChars(signature, given, out _, out var length) != OperationStatus.Done
            || !CryptographicOperations.FixedTimeEquals(Sign(key, expires), given[..length])
            || !long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return SignatureCheck.Invalid;
        }

        return time.GetUtcNow().ToUnixTimeSeconds() < seconds ? SignatureCheck.Valid : SignatureCheck.Expired;
    }

    // A key holds no line break, so no two pairs of key and expiry give the same text.
    private byte[] Sign(string key, string expires) => HMACSHA256.HashData(signingKey.Value, Encoding.UTF8.GetBytes($"{key}\n{expires}"));
}
