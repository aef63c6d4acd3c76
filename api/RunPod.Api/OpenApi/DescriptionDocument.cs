using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace RunPod.Api.OpenApi;

/// <summary>The description as bytes. It is made when first asked for, and no request makes it again.</summary>
internal sealed class DescriptionDocument([FromKeyedServices(DescriptionDocument.Name)] IOpenApiDocumentProvider provider)
{
    public const string Name = "v1";

    private readonly Lock _lock = new();
    private Task<Made>? _made;

    public async Task<FileContentHttpResult> GetAsync()
    {
        Task<Made> making;
        lock (_lock)
        {
            making = _made is null or { IsFaulted: true } ? _made = MakeAsync() : _made;
        }

        var made = await making;
        return TypedResults.Bytes(made.Json, "application/json; charset=utf-8", entityTag: made.Tag);
    }

    private async Task<Made> MakeAsync()
    {
        var document = await provider.GetOpenApiDocumentAsync(CancellationToken.None);
        var json = Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, CancellationToken.None));
        return new Made(json, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16))}\""));
    }

    private sealed record Made(byte[] Json, EntityTagHeaderValue Tag);
}
