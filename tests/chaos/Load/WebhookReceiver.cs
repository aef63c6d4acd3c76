using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RunPod.Chaos.Histories;
using RunPod.Chaos.Model;
using RunPod.Silo.Webhooks;

namespace RunPod.Chaos.Load;

/// <summary>Takes webhooks, checks their signatures, and refuses some so that they come again.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HistoryLog _history;
    private readonly Random _random;
    private readonly ConcurrentDictionary<string, string> _secrets = new();

    private WebhookReceiver(WebApplication app, HistoryLog history, int seed) => (_app, _history, _random) = (app, history, new Random(seed));

    /// <summary>Jobs that a message has come for.</summary>
    public ConcurrentDictionary<string, bool> Told { get; } = new();

    public static async Task<WebhookReceiver> StartAsync(string address, HistoryLog history, int seed)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(address), 0));
        builder.Logging.ClearProviders();
        var receiver = new WebhookReceiver(builder.Build(), history, seed);
        receiver._app.MapPost("/{user}", receiver.ReceiveAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The URL for a user's webhooks, which this secret signs.</summary>
    public string UrlFor(string user, string secret)
    {
        _secrets[user] = secret;
        return $"{_app.Urls.First()}/{user}";
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(string user, HttpContext http)
    {
        var start = _history.Now;
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer);
        var headers = http.Request.Headers;
        var (id, timestamp) = (headers["webhook-id"].ToString(), long.Parse(headers["webhook-timestamp"].ToString(), CultureInfo.InvariantCulture));
        using var body = JsonDocument.Parse(buffer.ToArray());
        var answer = body.RootElement.Deserialize<JobAnswer>(JsonSerializerOptions.Web)!;
        int status;
        lock (_random)
        {
            status = _random.Next(5) == 0 ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
        }

        _history.Add(new Delivery
        {
            Start = start,
            MessageId = id,
            JobId = answer.Id!,
            Token = JobInput.Parse(JsonSerializer.SerializeToUtf8Bytes(body.RootElement.GetProperty("input"))).Token,
            Status = answer.Status!,
            Retries = answer.Retries,
            Output = answer.Output?.GetRawText(),
            Error = answer.Error,
            IsSigned = WebhookSignature.Create([_secrets[user]], id, timestamp, [buffer.ToArray()]) == headers["webhook-signature"],
            Answered = status,
        });
        Told[answer.Id!] = true;
        http.Response.StatusCode = status;
    }
}
