using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using RunPod.Contracts;
using RunPod.Contracts.Keys;

namespace RunPod.Silo.Keys;

/// <summary>Once the service listens: says where, and on an empty store makes user <c>local</c>'s first key and shows it, this once.</summary>
internal sealed partial class FirstKey(IGrainFactory grains, IServer server, IHostApplicationLifetime lifetime, ILogger<FirstKey> logger) : IHostedService
{
    private const string User = "local";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => _ = ShowAsync());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task ShowAsync()
    {
        var url = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost";
        CreatedApiKey? created = null;
        try
        {
            created = await grains.User(User).CreateFirstKeyAsync("first key");
        }
        catch (Exception exception)
        {
            LogNoKey(exception);
        }

        Console.WriteLine($"RunPod.Orleans is ready at {url}");
        if (created is not null)
        {
            // To the console and not through the log: a key belongs in no log file.
            Console.WriteLine(
                $"""

                User {User} has a new API key. It is shown this once; `keys create` makes more.

                  {created.Key}

                Try it:

                  curl -s {url}/v2/stable-diffusion-v1/runsync \
                    -H 'Authorization: Bearer {created.Key}' -H 'Content-Type: application/json' \
                    -d '{"{"}"input":{"{"}"prompt":"a red circle on a blue background"{"}"}{"}"}'

                """);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The first key could not be made; `keys create` makes one")]
    private partial void LogNoKey(Exception exception);
}
