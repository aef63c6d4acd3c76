using System.Text;
using System.Text.Json;

namespace RunPod.Tests.Http;

/// <summary>Short forms for requests and what comes back.</summary>
internal static class HttpAnswers
{
    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return document.RootElement.Clone();
    }

    /// <summary>Asserts status and code of an error, and that its body is ours and nothing else; returns the sentence.</summary>
    public static async Task<string> AssertErrorAsync(this HttpResponseMessage response, int status, string code)
    {
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var body = await response.ReadJsonAsync();
        Assert.Equal(["error", "code"], body.EnumerateObject().Select(property => property.Name));
        Assert.Equal(code, body.GetProperty("code").GetString());
        return body.GetProperty("error").GetString()!;
    }
}
