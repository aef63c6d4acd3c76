using System.IO.Hashing;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace RunPod.Api.Jobs;

/// <summary>The <c>ETag</c> of an answer: a hash of its bytes, so that all front ends give the same.</summary>
internal static class BodyTag
{
    /// <summary>Sets the tag of a body, and says whether the client told that it has that body.</summary>
    public static bool IsKnown(HttpContext http, ReadOnlySpan<byte> head, ReadOnlySpan<byte> output)
    {
        var hash = new XxHash128();
        hash.Append(head);
        hash.Append(output);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(hash.GetCurrentHash())}\"");
        var headers = http.Response.Headers;
        headers.ETag = tag.ToString();
        // Kept by the client alone, and asked about each time: a job changes until it ends, and goes some time after.
        headers.CacheControl = "private, no-cache";
        return HttpMethods.IsGet(http.Request.Method) && Matches(http.Request.Headers.IfNoneMatch, tag);
    }

    private static bool Matches(IList<string> ifNoneMatch, EntityTagHeaderValue tag) =>
        EntityTagHeaderValue.TryParseList(ifNoneMatch, out var known)
        && known.Any(other => other.Equals(EntityTagHeaderValue.Any) || other.Compare(tag, useStrongComparison: false));
}
