using System.Diagnostics;
using System.Globalization;

namespace RunPod.Chaos.Clusters;

/// <summary>A redis-server under deploy/redis.conf, on data that outlives it.</summary>
internal sealed class RedisProcess(string folder, string address, int port, string appendFsync) : IDisposable
{
    private Process? _process;

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"{address}:{port}");

    /// <summary>Returns once it accepts connections.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(folder);
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "redis.conf"), "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", address,
            "--protected-mode", "no", "--dir", folder, "--appendfsync", appendFsync,
        ];
        _process = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })!;
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                // Drained, so that a full pipe never blocks the server.
                _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return;
            }
        }

        throw new InvalidOperationException("redis-server ended at its start.");
    }

    public void Kill()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    public void Freeze() => Signals.Send(_process!.Id, Signals.Stop);

    public void Thaw() => Signals.Send(_process!.Id, Signals.Continue);

    public void Dispose()
    {
        Kill();
        _process?.Dispose();
        _process = null;
    }
}
