using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace RunPod.Tests.Support;

/// <summary>A redis-server of its own on a free loopback port, under deploy/redis.conf; killed and its data deleted at the end.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string[] _arguments;
    private Process? _process;

    private RedisServer(string[] arguments)
    {
        _arguments = arguments;
    }

    public int Port { get; } = FreePort.Find();

    /// <summary>The first API key on this server, once a silo has shown it.</summary>
    internal string? FirstKey { get; set; }

    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Starts a server and returns once it accepts connections.</summary>
    /// <param name="arguments">More of redis-server's arguments, such as <c>--requirepass secret</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        var server = new RedisServer(arguments);
        await server.StartAsync();
        return server;
    }

    /// <summary>Reserves a port for a server that <see cref="StartAsync()"/> starts later.</summary>
    public static RedisServer NotStarted(params string[] arguments) => new(arguments);

    /// <summary>Starts the server, again after a <see cref="Kill"/> on the data that it left.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "redis.conf"),
            "--port", Port.ToString(CultureInfo.InvariantCulture),
            "--dir", _folder.Path,
            .. _arguments,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            _process = Process.Start(start) ?? throw new InvalidOperationException("redis-server did not start.");
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("These tests need a Redis server: apt-get install redis-server.", e);
        }

        var output = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            output.Add(line);
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                // Drained, so that a full pipe never blocks the server.
                _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return;
            }
        }

        throw new InvalidOperationException($"redis-server ended at once:{Environment.NewLine}{string.Join(Environment.NewLine, output)}");
    }

    /// <summary>SIGSTOP: connections stay, nothing is answered.</summary>
    public void Freeze() => Signals.Send(_process!, "STOP");

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signals.Send(_process!, "CONT");

    /// <summary>Ends the process as a crash would.</summary>
    public void Kill()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Kill();
        _process?.Dispose();
        _folder.Dispose();
    }
}
