using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Primitives;

namespace RunPod.Api.Errors;

/// <summary>Refuses hosts that cannot be read, such as an <c>xn--</c> that encodes nothing: whoever asks the request for its host later would throw.</summary>
internal sealed class HostMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        var headers = http.Request.Headers;
        return IsReadable(headers.Host) && IsReadable(headers[ForwardedHeadersDefaults.XForwardedHostHeaderName]) ? next(http) : ApiErrors.InvalidHost.ExecuteAsync(http);
    }

    private static bool IsReadable(StringValues hosts)
    {
        try
        {
            // Each proxy on the way may have added one, after a comma.
            foreach (var host in hosts.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)))
            {
                _ = HostString.FromUriComponent(host);
            }

            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
