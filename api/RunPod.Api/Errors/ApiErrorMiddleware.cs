using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RunPod.Api.Deadlines;

namespace RunPod.Api.Errors;

/// <summary>Gives every failure its body: what handlers throw, and what routing or authorization answer without one.</summary>
internal sealed partial class ApiErrorMiddleware(RequestDelegate next, IOptions<RequestOptions> options, TimeProvider clock, ILogger<ApiErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        http.Features.Set(new RequestDeadline(options.Value.Deadline, clock));
        try
        {
            await next(http);
        }
        catch (Exception exception) when (http.RequestAborted.IsCancellationRequested || exception is ConnectionResetException)
        {
            // Nobody is left to read an answer. One that has begun keeps its status, which can no longer be set.
            if (!http.Response.HasStarted)
            {
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }

            return;
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            var error = FromException(exception, http);
            http.Response.Clear();
            await error.ExecuteAsync(http);
            return;
        }

        if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
        {
            await FromStatus(http).ExecuteAsync(http);
        }
    }

    private static ApiError FromStatus(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status401Unauthorized => ApiErrors.InvalidApiKey,
        StatusCodes.Status403Forbidden => ApiErrors.Forbidden,
        StatusCodes.Status404NotFound when http.Request.Path.Value?.Contains("//", StringComparison.Ordinal) == true => ApiErrors.DoubleSlash,
        StatusCodes.Status404NotFound => ApiErrors.UnknownPath,
        StatusCodes.Status405MethodNotAllowed => ApiErrors.MethodNotAllowed(http.Request.Method, http.Response.Headers.Allow.ToString()),
        StatusCodes.Status408RequestTimeout => ApiErrors.RequestTimeout,
        StatusCodes.Status415UnsupportedMediaType => ApiErrors.UnsupportedMediaType,
        StatusCodes.Status503ServiceUnavailable => ApiErrors.Unavailable,
        >= 500 => ApiErrors.Internal,
        var other => new ApiError(other, ApiErrors.BadRequest.Value.Code, ApiErrors.BadRequest.Value.Error),
    };

    private ApiError FromException(Exception exception, HttpContext http)
    {
        // The route, never the path: that one carries what the client wrote.
        var route = http.GetEndpoint()?.DisplayName ?? "no route";
        switch (exception)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new ApiError(StatusCodes.Status413PayloadTooLarge, "body_too_large", "The body is too large. Send less.");
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return ApiErrors.RequestTimeout;
            case BadHttpRequestException:
                return ApiErrors.BadRequest;
            case OperationCanceledException:
                // Not the client's doing, so the host is stopping.
                LogUnavailable(route, exception);
                return ApiErrors.Unavailable;
            case not null when Outage.Is(exception):
                LogUnavailable(route, exception);
                return Outage.IsStoreFull(exception) ? ApiErrors.StoreFull : ApiErrors.Unavailable;
            default:
                LogFailed(route, exception);
                return ApiErrors.Internal;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Answered 503 on {Route}")]
    private partial void LogUnavailable(string route, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Answered 500 on {Route}")]
    private partial void LogFailed(string route, Exception? exception);
}
