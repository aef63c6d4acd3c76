using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Contracts;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Webhooks;
using RunPod.Silo.Webhooks;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

public sealed class WebhookTests : IAsyncLifetime
{
    private TestCluster _cluster = null!;
    private WebhookReceiver _receiver = null!;

    public async Task InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _cluster = await TestCluster.StartAsync(options => options.ConfigureSilo = (silo, _) => silo.Services.Configure<WebhookOptions>(webhooks =>
        {
            webhooks.RetryAfter = TimeSpan.FromMilliseconds(100);
            webhooks.Timeout = TimeSpan.FromSeconds(2);
        }));
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Webhook_Completed_TellsTheJobWithItsInputAndOutputByteForByte()
    {
        const string Input = """{ "a" : [1.00, 1e400, "\u00e9é\"", null],"a":2 }""";

        var job = await RunAsync(Input, _receiver.Url);

        var message = Assert.Single(await _receiver.WaitForAsync(1));
        Assert.Equal(
            $$"""{"id":"{{job.JobId}}","status":"COMPLETED","delayTime":{{job.DelayTime}},"executionTime":{{job.ExecutionTime}},"retries":0,"workerId":"{{job.WorkerId}}","gpu":"CPU","webhook":"{{_receiver.Url}}","input":{{Input}},"output":{{Input}}}""",
            message.Text);
        Assert.Equal(
            ("/hook", "application/json", $"msg_{job.JobId}_0", "RunPod.Orleans/0.1.0"),
            (message.Path, message.Headers["content-type"], message.MessageId, message.Headers["user-agent"]));
    }

    [Fact]
    public async Task Webhook_EachFinalState_IsTold()
    {
        var failed = await RunAsync("""{"fail":"no \"prompt\""}""", _receiver.Url);
        var timedOut = await SubmitAsync("""{"hold":true}""", _receiver.Url, job => job with { ExecutionTimeout = TimeSpan.FromMilliseconds(300) });
        await _receiver.WaitForAsync(2);
        var cancelled = await SubmitAsync("""{"hold":true}""", _receiver.Url);
        await _cluster.Job(cancelled).CancelAsync(TestCluster.User, onlyIfQueued: false);

        var messages = (await _receiver.WaitForAsync(3)).Select(message => message.Json).ToDictionary(json => json.GetProperty("id").GetString()!);

        Assert.Equal(("FAILED", "no \"prompt\""), (Text(messages[failed.JobId], "status"), Text(messages[failed.JobId], "error")));
        Assert.Equal("TIMED_OUT", Text(messages[timedOut], "status"));
        Assert.StartsWith("The job ran longer than its executionTimeout", Text(messages[timedOut], "error"), StringComparison.Ordinal);
        Assert.Equal("CANCELLED", Text(messages[cancelled], "status"));
        Assert.All(messages.Values, message => Assert.False(message.TryGetProperty("output", out _)));
    }

    [Fact]
    public async Task Webhook_LargeOutput_ArrivesWhole()
    {
        var input = $"\"{new string('x', 12_000_000)}\"";

        await RunAsync(input, _receiver.Url);

        var message = Assert.Single(await _receiver.WaitForAsync(1));
        Assert.EndsWith($",\"input\":{input},\"output\":{input}}}", message.Text, StringComparison.Ordinal);
        await VerifyAsync(message);
    }

    [Fact]
    public async Task Webhook_TwoErrorsThenSuccess_IsTriedThreeTimesUnderOneId()
    {
        var answers = 0;
        _receiver.Answer = http =>
        {
            http.Response.StatusCode = Interlocked.Increment(ref answers) < 3 ? 500 : 204;
            return Task.CompletedTask;
        };

        var job = await RunAsync("1", _receiver.Url);

        var messages = await _receiver.WaitForAsync(3);
        await OutboxIsEmptyAsync();
        Assert.Equal(3, _receiver.Received.Count);
        Assert.Equal([$"msg_{job.JobId}_0"], messages.Select(message => message.MessageId).Distinct());
        foreach (var message in messages)
        {
            await VerifyAsync(message);
        }
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(307)]
    public async Task Webhook_NeverAccepted_IsGivenUpAfterThreeTriesAndTheJobIsAsItWas(int status)
    {
        await using var elsewhere = await WebhookReceiver.StartAsync();
        _receiver.Answer = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = elsewhere.Url;
            return Task.CompletedTask;
        };

        var job = await RunAsync("1", _receiver.Url);

        await _receiver.WaitForAsync(3);
        await OutboxIsEmptyAsync();
        Assert.Equal((3, 0), (_receiver.Received.Count, elsewhere.Received.Count));
        Assert.Equal(JobStatus.Completed, (await _cluster.Job(job.JobId).GetSnapshotAsync())?.Status);
    }

    [Fact]
    public async Task Webhook_ReceiverThatDoesNotAnswer_IsTimedOutAndTriedAgain()
    {
        var answers = 0;
        _receiver.Answer = http => Interlocked.Increment(ref answers) == 1 ? Task.Delay(Timeout.Infinite, http.RequestAborted) : Task.CompletedTask;

        await RunAsync("1", _receiver.Url);

        await _receiver.WaitForAsync(2);
        await OutboxIsEmptyAsync();
    }

    [Fact]
    public async Task Webhook_EndlessAnswer_IsNotRead()
    {
        _receiver.Answer = async http =>
        {
            while (true)
            {
                await http.Response.Body.WriteAsync(new byte[64 * 1024], http.RequestAborted);
            }
        };

        await RunAsync("1", _receiver.Url);

        await OutboxIsEmptyAsync();
        Assert.Single(_receiver.Received);
    }

    [Fact]
    public async Task Webhook_AddressRefused_IsGivenUpAtOnceAndTheJobIsAsItWas()
    {
        var job = await RunAsync("1", "http://169.254.169.254/latest/meta-data");

        await OutboxIsEmptyAsync();
        Assert.Equal(JobStatus.Completed, (await _cluster.Job(job.JobId).GetSnapshotAsync())?.Status);
    }

    [Fact]
    public async Task Webhook_BothGiven_BothGetTheSameMessage()
    {
        await using var second = await WebhookReceiver.StartAsync();
        var jobId = await SubmitAsync("1", _receiver.Url, job => job with { WebhookV2 = second.Url });

        var one = Assert.Single(await _receiver.WaitForAsync(1));
        var other = Assert.Single(await second.WaitForAsync(1));

        Assert.Equal(one.Text, other.Text);
        Assert.Equal([$"msg_{jobId}_0"], new[] { one.MessageId, other.MessageId }.Distinct());
        Assert.Equal((_receiver.Url, second.Url), (Text(one.Json, "webhook"), Text(one.Json, "webhookV2")));
    }

    [Fact]
    public async Task Webhook_SameUrlTwice_IsDeliveredTwice()
    {
        await SubmitAsync("1", _receiver.Url, job => job with { WebhookV2 = _receiver.Url });

        var messages = await _receiver.WaitForAsync(2);

        Assert.Single(messages.Select(message => message.MessageId).Distinct());
    }

    [Fact]
    public async Task Webhook_DeadAndSlowReceivers_HoldUpNobodyElse()
    {
        await using var slow = await WebhookReceiver.StartAsync();
        slow.Answer = http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        var dead = $"http://127.0.0.1:{FreePort.Find()}/";
        for (var i = 0; i < 20; i++)
        {
            await SubmitAsync("1", slow.Url);
            await SubmitAsync("1", dead);
        }

        await slow.WaitForAsync(1);
        var jobs = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            jobs.Add(await SubmitAsync("1", _receiver.Url, job => job with { UserId = "somebody" }));
        }

        var messages = await _receiver.WaitForAsync(20);
        Assert.Equal(jobs.Order(), messages.Select(message => Text(message.Json, "id")).Order());
        // It answers nobody, so it is asked by one at a time: two seconds each, of twenty.
        Assert.InRange(slow.Received.Count, 1, 10);
    }

    [Fact]
    public async Task Webhook_EnteredByACrashedTurn_IsDroppedAndTheEndIsStillTold()
    {
        var jobId = await SubmitAsync("""{"hold":true}""", _receiver.Url);
        await _cluster.Model.Begun.WaitAsync();
        var outbox = _cluster.Orleans.GetSiloServiceProvider().GetRequiredService<Outbox>();
        var entry = OutboxEntry.Of(TestCluster.User, _receiver.Url, "webhook.0", _cluster.Job(jobId).GetGrainId());

        // What a silo leaves that dies between the entry and the job's final state, when the entry has come up.
        await outbox.EnterAsync(entry);
        await outbox.ReleaseAsync(entry);
        await Eventually.HoldsAsync(async () => !await outbox.HoldsAsync(entry), "the entry of an open job is dropped");
        Assert.Empty(_receiver.Received);

        _cluster.Model.Release();
        Assert.Equal("COMPLETED", Text(Assert.Single(await _receiver.WaitForAsync(1)).Json, "status"));
    }

    [Fact]
    public async Task RotateWebhookSecret_WithinTheOverlap_BothSign()
    {
        var user = _cluster.Grains.User(TestCluster.User);
        var first = await user.GetWebhookSecretsAsync();
        var second = await user.RotateWebhookSecretAsync();
        await RunAsync("1", _receiver.Url);
        var message = Assert.Single(await _receiver.WaitForAsync(1));

        Assert.Equal((first.Current, true), (second.Previous, second.Current != first.Current));
        Verify(message, first.Current);
        Verify(message, second.Current);

        // Twice in a row takes the first one out at once.
        var third = await user.RotateWebhookSecretAsync();
        Assert.Equal(second.Current, third.Previous);
        Assert.Equal(third, await user.GetWebhookSecretsAsync());
        Assert.Empty(await _cluster.FindInStoreAsync(third.Current));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static void Verify(ReceivedWebhook message, string secret) => Assert.Contains(
        WebhookSignature.Create([secret], message.MessageId, long.Parse(message.Headers["webhook-timestamp"], CultureInfo.InvariantCulture), [message.Body]),
        message.Headers["webhook-signature"].Split(' '));

    private async Task VerifyAsync(ReceivedWebhook message) => Verify(message, (await _cluster.Grains.User(TestCluster.User).GetWebhookSecretsAsync()).Current);

    private Task<string> SubmitAsync(string input, string webhook, Func<JobSubmission, JobSubmission>? with = null) =>
        _cluster.SubmitAsync(input, with: job => (with?.Invoke(job) ?? job) with { Webhook = webhook });

    private async Task<JobSnapshot> RunAsync(string input, string webhook) => await _cluster.EndOfAsync(await SubmitAsync(input, webhook));

    private Task OutboxIsEmptyAsync() => Eventually.HoldsAsync(async () => (await _cluster.FindInStoreAsync("/outbox/")).Length == 0, "the outbox is empty");
}
