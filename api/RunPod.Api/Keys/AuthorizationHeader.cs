using RunPod.Api.Errors;

namespace RunPod.Api.Keys;

/// <summary>The header <c>Authorization: Bearer KEY</c>, or <c>Authorization: KEY</c> as RunPod's workers and curl samples send it.</summary>
internal static class AuthorizationHeader
{
    private const string Bearer = "Bearer";

    /// <summary>The key, empty if there is none; or what keeps the header from having one, which is a client's slip and no guess.</summary>
    public static OrError<string> Read(string header)
    {
        var text = header.AsSpan().Trim();
        var key = WithoutBearer(text);
        if (WithoutBearer(key).Length < key.Length)
        {
            return ApiErrors.MisspeltKey("has 'Bearer' twice");
        }

        if (key is ['"', .., '"'] or ['\'', .., '\''] or ['<', .., '>'])
        {
            return ApiErrors.MisspeltKey($"has the key between {key[0]} and {key[^1]}");
        }

        return text.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)
            ? ApiErrors.MisspeltKey("is of the scheme Basic")
            : key.ToString();
    }

    private static ReadOnlySpan<char> WithoutBearer(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return text;
        }

        var rest = text[Bearer.Length..];
        return rest.IsEmpty || rest[0] is ' ' or '\t' ? rest.Trim() : text;
    }
}
