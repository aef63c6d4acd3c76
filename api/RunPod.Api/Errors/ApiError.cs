using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace RunPod.Api.Errors;

/// <summary>An answer that is not a success.</summary>
internal sealed class ApiError(int statusCode, string code, string message) : IResult, IStatusCodeHttpResult, IValueHttpResult<ErrorBody>
{
    /// <summary>Goes out as <c>Retry-After</c>.</summary>
    public int? RetryAfterSeconds { get; init; }

    public int StatusCode => statusCode;

    public ErrorBody Value { get; } = new(message, code);

    int? IStatusCodeHttpResult.StatusCode => statusCode;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = statusCode;
        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(Value, ApiJson.Answers.ErrorBody);
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
