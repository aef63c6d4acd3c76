using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using RunPod.Api.Deadlines;

namespace RunPod.Tests.Unit.Api;

public sealed class AnsweredCallTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly DefaultHttpContext _http = new();

    public AnsweredCallTests() => _http.Features.Set(new RequestDeadline(TimeSpan.FromSeconds(2), _clock));

    [Fact]
    public async Task InTime_CallHangs_IsToldWhenTheRequestIsAnswered()
    {
        CancellationToken seen = default;
        var answer = _http.InTimeAsync(answered =>
        {
            seen = answered;
            return new TaskCompletionSource<int>().Task;
        });

        Assert.False(seen.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<TimeoutException>(() => answer);
        Assert.True(seen.IsCancellationRequested);
    }

    [Fact]
    public async Task InTime_ClientHasGone_IsTold()
    {
        using var gone = new CancellationTokenSource();
        _http.RequestAborted = gone.Token;
        CancellationToken seen = default;
        var answer = _http.InTimeAsync(answered =>
        {
            seen = answered;
            return new TaskCompletionSource<int>().Task;
        });

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.True(seen.IsCancellationRequested);
    }
}
