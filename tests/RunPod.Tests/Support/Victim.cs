using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RunPod.Inference;
using RunPod.Silo;
using RunPod.Tests.Store;

namespace RunPod.Tests.Support;

/// <summary>This assembly as a process of its own, for tests that kill one.</summary>
public sealed class Victim : IDisposable
{
    private readonly Process _process;

    private Victim(Process process)
    {
        _process = process;
    }

    public int ProcessId => _process.Id;

    public StreamReader Output => _process.StandardOutput;

    public static Task<int> Main(string[] args) => args switch
    {
        ["store-writer", var folder] => StoreWriter.RunAsync(folder),
        ["store-large-writer", var folder] => StoreWriter.RunLargeAsync(folder),
        ["store-stream-writer", var folder] => StreamWriterVictim.RunAsync(folder),
        ["store-holder", var folder] => StoreWriter.HoldAsync(folder),
        ["serve", .. var settings] => ServeCommand.RunAsync(settings, services => services.AddSingleton<IModelFormat>(new TestModel()), CancellationToken.None),
        _ => Task.FromResult(2),
    };

    public static Victim Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(Victim).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new Victim(Process.Start(start)!);
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
