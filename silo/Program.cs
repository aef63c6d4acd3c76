using System.CommandLine;
using RunPod.Silo;
using RunPod.Silo.Keys;

var root = new RootCommand("RunPod's serverless API on your own machines. Without a command it runs the service; settings are given as --Section:Name=value.")
{
    KeysCommand.Create(),
};

// Whatever is not a command is a setting for the host.
root.TreatUnmatchedTokensAsErrors = false;
root.SetAction((_, cancellationToken) => ServeCommand.RunAsync(args, addModels: null, cancellationToken));
return await root.Parse(args).InvokeAsync();
