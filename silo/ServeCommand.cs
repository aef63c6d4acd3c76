using System.Net;
using Microsoft.Extensions.Options;
using RunPod.Api;
using RunPod.Contracts.Objects;
using RunPod.Silo.Egress;
using RunPod.Silo.Keys;
using RunPod.Silo.Objects;
using RunPod.Silo.Objects.S3;
using RunPod.Silo.Proxies;
using RunPod.Silo.Secrets;
using RunPod.Silo.Startup;
using RunPod.Silo.Store;
using RunPod.Silo.Telemetry;
using RunPod.Silo.Tls;
using RunPod.Silo.Webhooks;

namespace RunPod.Silo;

/// <summary>Runs the service: one process with the roles of its configuration.</summary>
internal static class ServeCommand
{
    /// <summary>Runs until the process is told to stop. Returns its exit code.</summary>
    /// <param name="args">Settings, as <c>--Section:Name=value</c>.</param>
    /// <param name="addModels">Adds kinds of models that the product does not have, for benchmarks.</param>
    /// <param name="cancellationToken">Stops the service.</param>
    public static async Task<int> RunAsync(string[] args, Action<IServiceCollection>? addModels, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(args);
        addModels?.Invoke(builder.Services);
        Defaults.AddTo(builder.Configuration);
        using var startLog = LoggerFactory.Create(log => log.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole());
        try
        {
            SecretFiles.AddTo(builder.Configuration);
            var roles = RolesSetting.Read(builder.Configuration);
            var options = ReadOptions(builder);
            var tls = ClusterTls.Open(options.Tls, startLog.CreateLogger<ClusterTls>());
            await using var store = await StoreConnection.OpenAsync(builder.Configuration, builder.Environment.ContentRootPath, startLog, cancellationToken);
            var addresses = SiloAddresses.Read(options, store.IsEmbedded);
            await using var app = await BuildAsync(builder, store, options, addresses, tls, roles);
            // Before the host does it, which prints a stack trace beside the sentence.
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            PortCheck.Run(options, addresses, builder.Configuration);
            if (tls is null && !IPAddress.IsLoopback(addresses.Listening))
            {
                OpenPortsNote.Log(startLog.CreateLogger<SiloAddresses>(), addresses.Listening, options.Port, options.GatewayPort);
            }

            var objects = app.Services.GetRequiredService<IObjectStore>();
            if (objects is S3ObjectStore bucket)
            {
                await S3StartCheck.RunAsync(bucket, startLog.CreateLogger<S3ObjectStore>(), cancellationToken);
            }
            else if (objects is LocalObjectStore local && roles is SiloRoles.Frontend or SiloRoles.Worker)
            {
                SharedFolderNote.Log(startLog.CreateLogger<LocalObjectStore>(), local.Folder);
            }

            if (!store.IsEmbedded)
            {
                await ActivatorUtilities.CreateInstance<MembershipCheck>(app.Services, startLog.CreateLogger<MembershipCheck>()).RunAsync(cancellationToken);
            }

            ActivatorUtilities.CreateInstance<StopLimit>(app.Services).Begin(options.ShutdownTimeout);
            await app.RunAsync(cancellationToken);
            return 0;
        }
        catch (Exception exception) when (exception is StoreException or StartException or OptionsValidationException || IsUnreadableSetting(exception))
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    /// <summary>Composes the host on an open store.</summary>
    private static async Task<WebApplication> BuildAsync(
        WebApplicationBuilder builder, StoreConnection store, SiloOptions options, SiloAddresses addresses, ClusterTls? tls, SiloRoles roles)
    {
        builder.AddRunPodSilo(store, options, addresses, tls, roles);
        builder.Services.AddObjectStores(store.DataFolder, await StoredUrlSigningKey.ReadOrCreateAsync(store.Multiplexer, options.ServiceId));
        builder.Services.AddSecrets(store.Multiplexer, options.ServiceId);
        builder.Services.AddGuardedHttp();
        builder.Services.AddWebhooks();
        builder.Services.AddProxies();
        builder.Services.AddRunPodApi();
        builder.Services.AddHealthChecks().AddCheck<ReadyCheck>("store", tags: ["ready"]);
        builder.AddTelemetry(options.Name);
        builder.Services.AddSingleton(services => new SiloPulse(cancellationToken => SiloPulse.ReadStatusAsync(services, cancellationToken), TimeProvider.System));
        builder.Services.AddHostedService(services => services.GetRequiredService<SiloPulse>());
        if (roles.HasFlag(SiloRoles.Frontend))
        {
            builder.Services.AddHostedService<FirstKey>();
        }

        var app = builder.Build();
        app.UseRunPodApi();
        if (roles.HasFlag(SiloRoles.Frontend))
        {
            app.UseWhen(http => !http.Request.Path.StartsWithSegments("/healthz"), api => api.Use(EnsureMemberAsync));
            app.MapRunPodApi();
            if (app.Services.GetRequiredService<IObjectStore>() is LocalObjectStore)
            {
                app.MapLocalObjects();
            }
        }
        else
        {
            app.MapRunPodProbes();
        }

        app.MapMetrics();

        return app;
    }

    private static async Task EnsureMemberAsync(HttpContext http, RequestDelegate next)
    {
        await http.RequestServices.GetRequiredService<SiloPulse>().EnsureMemberAsync(http.RequestAborted);
        await next(http);
    }

    private static SiloOptions ReadOptions(WebApplicationBuilder builder) => builder.Configuration.GetSection(SiloOptions.Section).Get<SiloOptions>() ?? new SiloOptions();

    // Such as a word where a number belongs. The sentence names the setting.
    private static bool IsUnreadableSetting(Exception exception) =>
        exception is InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException, Source: "Microsoft.Extensions.Configuration.Binder" };
}
