using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;

namespace RunPod.Api.Keys;

/// <summary>Lets in who sends a key that is known, and slows down addresses that send others.</summary>
internal sealed class ApiKeyAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    ApiKeyCache keys,
    FailureThrottle throttle) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Bearer = "Bearer";

    private TimeSpan? _retryAfter;
    private ApiError? _misspelt;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var key = AuthorizationHeader.Read(Request.Headers.Authorization.ToString());
        _misspelt = key.Error;
        if (key.IsError || key.Value.Length == 0)
        {
            return AuthenticateResult.NoResult();
        }

        // The call belongs to everybody who asks for this key, so an aborted request only stops waiting for it.
        var result = await keys.AuthenticateAsync(key.Value, Context.Connection.RemoteIpAddress).InTimeAsync(Context);
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
        await (_misspelt ?? (result.None ? ApiErrors.MissingApiKey : ApiErrors.InvalidApiKey)).ExecuteAsync(Context);
    }
}
