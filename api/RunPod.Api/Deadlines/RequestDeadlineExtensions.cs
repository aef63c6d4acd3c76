using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RunPod.Api.Deadlines;

internal static class RequestDeadlineExtensions
{
    /// <summary>Waits for a call no longer than the request may take, or its client has asked to wait.</summary>
    public static Task<T> InTimeAsync<T>(this Task<T> call, HttpContext http, TimeSpan wait = default) => http.Deadline().BoundAsync(call, wait, http.RequestAborted);

    /// <summary>The same for a call without an outcome.</summary>
    public static Task InTimeAsync(this Task call, HttpContext http)
    {
        return WithOutcomeAsync().InTimeAsync(http);

        async Task<bool> WithOutcomeAsync()
        {
            await call;
            return true;
        }
    }

    /// <summary>Waits for one of the many calls of a request no longer than a request may take.</summary>
    public static Task<T> EachInTimeAsync<T>(this Task<T> call, HttpContext http) => http.Deadline().BoundEachAsync(call, http.RequestAborted);

    /// <summary>Waits as long for a call that ends its work when nobody waits for it any more.</summary>
    public static async Task<T> InTimeAsync<T>(this HttpContext http, Func<CancellationToken, Task<T>> call)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        try
        {
            return await call(answered.Token).InTimeAsync(http);
        }
        finally
        {
            await answered.CancelAsync();
        }
    }

    public static RequestDeadline Deadline(this HttpContext http) => http.Features.GetRequiredFeature<RequestDeadline>();
}
