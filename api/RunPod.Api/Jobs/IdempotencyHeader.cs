using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using RunPod.Api.Errors;

namespace RunPod.Api.Jobs;

/// <summary>
/// The header <c>Idempotency-Key</c>, as draft-ietf-httpapi-idempotency-key-header describes it: the same key and request within 24 hours gives the same job.
/// </summary>
internal static class IdempotencyHeader
{
    private const string Name = "Idempotency-Key";
    private const int MaxLength = 255;

    /// <summary>The key's text; null if the request has none.</summary>
    public static OrError<string?> Read(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Name, out var values))
        {
            return default(string);
        }

        return values.ToString() is { Length: > 0 and <= MaxLength } key ? key : ApiErrors.InvalidIdempotencyKey;
    }

    /// <summary>A hash of all that makes a job of the request.</summary>
    public static string Fingerprint(HttpRequest request, bool isSync, ReadOnlySpan<byte> bodyHash) =>
        Fingerprint($"{(isSync ? "runsync" : "run")} {request.Query["ttl"]}", bodyHash);

    /// <summary>A hash of what a request does, and of its body.</summary>
    public static string Fingerprint(string operation, ReadOnlySpan<byte> bodyHash)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bodyHash);
        hash.AppendData(Encoding.UTF8.GetBytes(operation));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
