using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Contracts.Webhooks;
using RunPod.Grains.Webhooks;
using RunPod.Tests.Support;

namespace RunPod.Tests.Cluster;

/// <summary>One user's receivers that never answer, and what others get.</summary>
public sealed class WebhookFairnessTests : IAsyncLifetime
{
    private readonly List<TcpListener> _silent = [];
    private int _asked;
    private TestCluster _cluster = null!;
    private WebhookReceiver _receiver = null!;

    public async Task InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _cluster = await TestCluster.StartAsync(options => options.ConfigureSilo = (silo, _) =>
        {
            silo.AddIncomingGrainCallFilter(call =>
            {
                Interlocked.Add(ref _asked, call.MethodName == nameof(IWebhookSource.GetDeliveryAsync) ? 1 : 0);
                return call.Invoke();
            });
            silo.Services.Configure<WebhookOptions>(webhooks =>
            {
                // No slot comes free while the test runs.
                webhooks.Timeout = TimeSpan.FromMinutes(10);
                webhooks.Concurrency = 4;
                webhooks.ConcurrencyPerUser = 3;
            });
        });
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _receiver.DisposeAsync();
        _silent.ForEach(listener => listener.Dispose());
    }

    [Fact]
    public async Task Webhook_AnotherUsersReceiversNeverAnswer_IsDelivered()
    {
        await SendToSilentReceiversAsync(TestCluster.User, 12);

        var jobId = await SubmitAsync("somebody", _receiver.Url);

        Assert.Equal(jobId, Assert.Single(await _receiver.WaitForAsync(1)).Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Webhook_OtherReceiversOfTheUserNeverAnswer_GoesToTheOneThatDoes()
    {
        await SubmitAsync(TestCluster.User, _receiver.Url);
        await _receiver.WaitForAsync(1);
        await SendToSilentReceiversAsync(TestCluster.User, 12);

        await SubmitAsync(TestCluster.User, _receiver.Url);

        await _receiver.WaitForAsync(2);
    }

    [Fact]
    public async Task Webhook_JobThatEnded_IsReadFromTheStoreAndNotSentBetweenSilos()
    {
        await SubmitAsync(TestCluster.User, _receiver.Url);

        await _receiver.WaitForAsync(1);
        Assert.Equal(0, _asked);
    }

    private async Task SendToSilentReceiversAsync(string userId, int count)
    {
        var jobs = new List<string>();
        for (var i = 0; i < count; i++)
        {
            // Connections wait in its backlog.
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            _silent.Add(listener);
            jobs.Add(await SubmitAsync(userId, $"http://{listener.LocalEndpoint}/"));
        }

        foreach (var jobId in jobs)
        {
            await _cluster.EndOfAsync(jobId);
        }

        await Eventually.HoldsAsync(() => _silent.Any(listener => listener.Pending()), "the first of them is tried");
    }

    private Task<string> SubmitAsync(string userId, string webhook) => _cluster.SubmitAsync("1", with: job => job with { UserId = userId, Webhook = webhook });
}
