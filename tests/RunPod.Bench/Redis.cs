using System.Diagnostics;
using System.Globalization;
using RunPod.Chaos.Clusters;

namespace RunPod.Bench;

/// <summary>A redis-server on loopback for one measurement, with the settings of deploy/redis.conf but for the fsync policy.</summary>
internal sealed class Redis : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("runpod-bench-redis-");
    private readonly Process _process;

    public Redis(string appendFsync)
    {
        var port = FreePort.Find().ToString(CultureInfo.InvariantCulture);
        ConnectionString = $"127.0.0.1:{port}";
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "redis.conf"), "--port", port,
            "--dir", _folder.FullName, "--appendfsync", appendFsync,
        ];
        _process = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })!;
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    public string ConnectionString { get; }

    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
