namespace RunPod.Api.OpenApi;

/// <summary>Whether the API describes itself.</summary>
internal sealed class ApiDescriptionOptions
{
    public const string Section = "ApiDescription";

    /// <summary>Serve <c>/openapi/v1.json</c> and <c>/docs</c>. They hold nothing of users, so they need no key.</summary>
    public bool Enabled { get; set; } = true;
}
