using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;
using RunPod.Contracts.Webhooks;
using RunPod.Grains.Webhooks;
using RunPod.Silo.Egress;

namespace RunPod.Silo.Webhooks;

/// <summary>Sends webhooks through the egress guard. Of an answer the status counts; its body is not read.</summary>
internal sealed class WebhookSender(GuardedHttp http, TimeProvider clock, IOptions<WebhookOptions> options) : IWebhookSender, IDisposable
{
    private static readonly string UserAgent = $"RunPod.Orleans/{Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)}";

    private readonly HttpClient _client = http.CreateClient(Timeout.InfiniteTimeSpan, maxResponseBytes: 1);

    public async Task<WebhookOutcome> SendAsync(WebhookDelivery delivery, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.Timeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var request = CreateRequest(delivery, secrets);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            return response.IsSuccessStatusCode ? WebhookOutcome.Delivered : WebhookOutcome.Rejected;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return WebhookOutcome.TimedOut;
        }
        catch (EgressRefusedException)
        {
            return WebhookOutcome.Refused;
        }
        catch (HttpRequestException)
        {
            return WebhookOutcome.Unreachable;
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage CreateRequest(WebhookDelivery delivery, IReadOnlyList<string> secrets)
    {
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new WebhookContent(delivery.Body) };
        request.Headers.TryAddWithoutValidation("user-agent", UserAgent);
        request.Headers.TryAddWithoutValidation("webhook-id", delivery.MessageId);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Create(secrets, delivery.MessageId, timestamp, delivery.Body));
        return request;
    }
}
