using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RunPod.Tests.Support;

namespace RunPod.Tests.EndToEnd;

/// <summary>A receiver of webhooks in Node.js that checks them with the reference library, as tests/clients/webhooks has it.</summary>
internal sealed class NodeReceiver : IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "clients", "webhooks");
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    private readonly Process _process;
    private readonly ConcurrentQueue<JsonElement> _received = new();
    private volatile bool _listens;

    private NodeReceiver(Process process) => _process = process;

    /// <summary>What it says about each webhook that came.</summary>
    public IReadOnlyList<JsonElement> Received => [.. _received];

    public IReadOnlySet<string> JobIds => Received.Select(JobIdOf).ToHashSet(StringComparer.Ordinal);

    /// <summary>Starts one that answers with a status, and returns once it listens.</summary>
    public static async Task<NodeReceiver> StartAsync(int port, string secret, int status)
    {
        await Installed.Value;
        var receiver = new NodeReceiver(new Process
        {
            StartInfo = new ProcessStartInfo("node", ["receiver.js", Text(port), secret, Text(status)]) { WorkingDirectory = Folder, RedirectStandardOutput = true },
        });
        receiver._process.OutputDataReceived += receiver.Keep;
        receiver._process.Start();
        receiver._process.BeginOutputReadLine();
        await Eventually.HoldsAsync(() => receiver._listens, "the receiver listens");
        return receiver;
    }

    /// <summary>The job that a valid webhook told of; fails for any other.</summary>
    public static string JobIdOf(JsonElement received)
    {
        Assert.True(received.GetProperty("valid").GetBoolean(), received.ToString());
        return received.GetProperty("jobId").GetString()!;
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static async Task InstallAsync()
    {
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = Folder, RedirectStandardOutput = true })!;
        var output = await npm.StandardOutput.ReadToEndAsync();
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, $"npm ci in {Folder} failed:\n{output}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
        {
            return;
        }

        using var document = JsonDocument.Parse(line.Data);
        if (document.RootElement.TryGetProperty("listening", out _))
        {
            _listens = true;
        }
        else
        {
            _received.Enqueue(document.RootElement.Clone());
        }
    }
}
