using RunPod.Api.Errors;
using RunPod.Api.Jobs;
using RunPod.Contracts.Limits;

namespace RunPod.Tests.Unit.Api;

public sealed class ApiErrorsTests
{
    private static readonly RateDecision Rejected = new()
    {
        Verdict = RateVerdict.TooManyRequests,
        Limit = 1000,
        Window = TimeSpan.FromSeconds(10),
        Remaining = 0,
        ResetAfter = TimeSpan.FromSeconds(2.1),
        Concurrency = 200,
    };

    [Fact]
    public void EndpointNotFound_NobodyServes_SaysSo() => Assert.Equal(
        "There is no endpoint 'a': no worker serves any endpoint at the moment. Start a worker, or send the request again later.",
        ApiErrors.EndpointNotFound("a", new HashSet<string>()).Value.Error);

    [Fact]
    public void EndpointNotFound_LongName_IsCutShort()
    {
        var sentence = ApiErrors.EndpointNotFound(new string('x', 5000), new HashSet<string> { "b", "a" }).Value.Error;

        Assert.EndsWith("xxx…'. Use one of those served here: a, b.", sentence, StringComparison.Ordinal);
        Assert.True(sentence.Length < 200);
    }

    [Fact]
    public void InvalidQuery_LongValue_IsCutShort() =>
        Assert.True(ApiErrors.InvalidQuery("wait", new string('9', 5000), JobPolicyBounds.Wait).Value.Error.Length < 250);

    [Fact]
    public void RateLimited_WindowUsedUp_NamesLimitAndWait()
    {
        var error = ApiErrors.RateLimited(Operation.Run, Rejected);

        Assert.Equal("At most 1000 'run' requests are allowed in 10 seconds. Send this one again in 3 seconds.", error.Value.Error);
        Assert.Equal(3, error.RetryAfterSeconds);
    }

    [Fact]
    public void RateLimited_TooManyAtOnce_NamesTheConcurrency()
    {
        var error = ApiErrors.RateLimited(Operation.Cancel, Rejected with { Verdict = RateVerdict.TooManyAtOnce, ResetAfter = TimeSpan.Zero });

        Assert.Equal("At most 200 'cancel' requests may run at the same time. Wait until one has ended, then send this one again.", error.Value.Error);
        Assert.Equal(1, error.RetryAfterSeconds);
    }
}
