using System.CommandLine;
using RunPod.Silo;
using RunPod.Silo.Keys;
using RunPod.Silo.Tls;
using RunPod.Silo.Webhooks;

var root = new RootCommand("RunPod's serverless API on your own machines. Without a command it runs the service; settings are given as --Section:Name=value.")
{
    KeysCommand.Create(),
    WebhooksCommand.Create(),
    TlsCommand.Create(),
};

// Whatever is not a command is a setting for the host.
root.TreatUnmatchedTokensAsErrors = false;
root.SetAction((_, cancellationToken) => ServeCommand.RunAsync(args, addModels: null, cancellationToken));

// The host listens to SIGTERM and Ctrl-C itself and stops in order; the parser would cut it short after 2 seconds.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
