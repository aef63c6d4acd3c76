using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;

namespace RunPod.Api.Keys;

/// <summary>Reads the key from <c>Authorization: Bearer KEY</c>, or from <c>Authorization: KEY</c> as RunPod's workers and curl samples send it.</summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    ApiKeyCache keys,
    FailureThrottle throttle) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Bearer = "Bearer";

    private TimeSpan? _retryAfter;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var key = ReadKey(Request.Headers.Authorization.ToString());
        if (key.Length == 0)
        {
            return AuthenticateResult.NoResult();
        }

        // The call belongs to everybody who asks for this key, so an aborted request only stops waiting for it.
        var result = await keys.AuthenticateAsync(key, Context.Connection.RemoteIpAddress).InTimeAsync(Context);
        if (!result.Succeeded)
        {
            _retryAfter = throttle.Of(Context.Connection.RemoteIpAddress).Fail();
        }

        return result;
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();
        if (_retryAfter is { } wait)
        {
            await ApiErrors.TooManyWrongKeys(wait).ExecuteAsync(Context);
            return;
        }

        Response.Headers.WWWAuthenticate = Bearer;
        await (result.None ? ApiErrors.MissingApiKey : ApiErrors.InvalidApiKey).ExecuteAsync(Context);
    }

    private static string ReadKey(string header)
    {
        var text = header.AsSpan().Trim();
        if (!text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return text.ToString();
        }

        var rest = text[Bearer.Length..];
        return rest.IsEmpty || rest[0] == ' ' ? rest.Trim().ToString() : text.ToString();
    }
}
