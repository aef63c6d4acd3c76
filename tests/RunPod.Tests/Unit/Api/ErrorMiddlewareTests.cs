using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;

namespace RunPod.Tests.Unit.Api;

public sealed class ErrorMiddlewareTests
{
    [Fact]
    public async Task Invoke_ClientLeftAfterTheAnswerBegan_EndsWithoutAnError()
    {
        var http = new DefaultHttpContext { RequestAborted = new CancellationToken(canceled: true) };
        http.Features.Set<IHttpResponseFeature>(new BegunResponse());
        var middleware = new ApiErrorMiddleware(
            _ => throw new OperationCanceledException(), Options.Create(new RequestOptions()), TimeProvider.System, NullLogger<ApiErrorMiddleware>.Instance);

        await middleware.InvokeAsync(http);

        Assert.Equal(StatusCodes.Status200OK, http.Response.StatusCode);
    }

    /// <summary>As Kestrel's once the first byte is out.</summary>
    private sealed class BegunResponse : IHttpResponseFeature
    {
        public int StatusCode
        {
            get => StatusCodes.Status200OK;
            set => throw new InvalidOperationException("StatusCode cannot be set because the response has already started.");
        }

        public string? ReasonPhrase { get; set; }

        public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

        public Stream Body { get; set; } = Stream.Null;

        public bool HasStarted => true;

        public void OnStarting(Func<object, Task> callback, object state)
        {
        }

        public void OnCompleted(Func<object, Task> callback, object state)
        {
        }
    }
}
