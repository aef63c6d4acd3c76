using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace RunPod.Silo.Objects;

/// <summary>GET and HEAD of the files in the local object store.</summary>
internal static class LocalObjectEndpoints
{
    /// <summary>Serves <c>/files/{key}?expires=…&amp;signature=…</c>; the signature is the permission, so no API key is asked for.</summary>
    public static IEndpointConventionBuilder MapLocalObjects(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup($"/{SignedUrls.Path}").WithTags("Files").AllowAnonymous();
        group.MapMethods("/{**key}", [HttpMethods.Get, HttpMethods.Head], GetAsync);
        return group;
    }

    private static async Task<Results<PhysicalFileHttpResult, JsonHttpResult<FileError>>> GetAsync(
        string? key, string? expires, string? signature, HttpResponse response, SignedUrls urls, LocalObjectStore store, CancellationToken cancellationToken)
    {
        var headers = response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.XContentTypeOptions = "nosniff";

        // The signature first: without one nobody learns which files exist.
        var check = key is not null && ObjectKey.IsValid(key) ? urls.Check(key, expires, signature) : SignatureCheck.Invalid;
        if (check != SignatureCheck.Valid)
        {
            headers.CacheControl = "no-store";
            return check == SignatureCheck.Expired
                ? Error(StatusCodes.Status403Forbidden, "url_expired", "This URL has expired. Ask for the job's status again to get a new one.")
                : Error(StatusCodes.Status403Forbidden, "invalid_signature", "This URL's signature is missing or wrong. Use the URL from the job's output unchanged, with its whole query.");
        }

        if (store.Find(key!) is not { } file)
        {
            headers.CacheControl = "no-store";
            return Error(StatusCodes.Status404NotFound, "file_not_found", "This file does not exist any more: files are deleted some time after their job has ended. Run the job again.");
        }

        headers.CacheControl = "private";
        headers.ContentDisposition = "inline";
        // A file may be a page or a drawing with scripts; on this origin it must not run them.
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.AccessControlExposeHeaders = "Accept-Ranges, Content-Length, Content-Range, ETag";
        var lastModified = new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero);
        return TypedResults.PhysicalFile(
            file.FullName,
            await store.GetContentTypeAsync(key!, cancellationToken),
            lastModified: lastModified,
            entityTag: new EntityTagHeaderValue($"\"{lastModified.UtcTicks:x}-{file.Length:x}\""),
            enableRangeProcessing: true);
    }

    private static JsonHttpResult<FileError> Error(int status, string code, string message) =>
        TypedResults.Json(new FileError(message, code), statusCode: status);

    internal sealed record FileError(
        [property: JsonPropertyName("error")] string Error,
        [property: JsonPropertyName("code")] string Code);
}
