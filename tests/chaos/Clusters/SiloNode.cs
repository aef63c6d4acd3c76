using System.Diagnostics;
using System.Globalization;
using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Clusters;

/// <summary>A silo of the cluster, process after process on the same ports. When one ends by itself, a supervisor starts the next, as systemd would.</summary>
internal sealed class SiloNode : IDisposable
{
    private static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(2);

    private readonly HistoryLog _history;
    private readonly Func<string, ProcessStartInfo> _start;
    private readonly HttpClient _probe;
    private readonly string _folder;
    private Process? _process;
    private int _starts;

    /// <param name="name">The silo's name.</param>
    /// <param name="address">Where it serves HTTP.</param>
    /// <param name="folder">The folder for its logs.</param>
    /// <param name="history">Where its life is noted.</param>
    /// <param name="start">How it is started, given the file for what its model notes.</param>
    public SiloNode(string name, Uri address, string folder, HistoryLog history, Func<string, ProcessStartInfo> start)
    {
        (Name, Address, _folder, _history, _start) = (name, address, folder, history, start);
        _probe = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
    }

    public string Name { get; }

    public Uri Address { get; }

    /// <summary>Whether the load balancer sends requests here. It does to silos that are down as well: clients notice by themselves.</summary>
    public bool IsInRotation { get; set; } = true;

    /// <summary>The files of what the model noted, one for each process.</summary>
    public IEnumerable<string> Notes => Directory.EnumerateFiles(_folder, $"{Name}.*.model");

    /// <summary>What all its processes logged.</summary>
    public IEnumerable<string> LogLines => Directory.EnumerateFiles(_folder, $"{Name}.*.log").SelectMany(File.ReadLines);

    public void Start()
    {
        _starts++;
        var prefix = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Name}.{_starts}"));
        var start = _start($"{prefix}.model");
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        var process = Process.Start(start)!;
        _process = process;
        Note(FaultStep.Started);
        var log = TextWriter.Synchronized(new StreamWriter($"{prefix}.log") { AutoFlush = true });
        _ = CopyAsync(process.StandardOutput, log);
        _ = CopyAsync(process.StandardError, log);
        _ = SuperviseAsync(process);
    }

    public async Task WaitUntilReadyAsync()
    {
        using var limit = new CancellationTokenSource(ReadyLimit);
        while (!await IsReadyAsync())
        {
            await Task.Delay(100, limit.Token);
        }

        Note(FaultStep.Ready);
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        if (Take() is { } process)
        {
            Note(FaultStep.Killed);
            process.Kill();
            process.WaitForExit();
        }
    }

    /// <summary>SIGTERM; returns when it has ended, if need be by kill -9.</summary>
    public async Task StopAsync()
    {
        if (Take() is not { } process)
        {
            return;
        }

        Note(FaultStep.Stopping);
        Signals.Send(process.Id, Signals.Terminate);
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            Note(FaultStep.Stopped);
        }
        catch (OperationCanceledException)
        {
            // As a service manager does in the end.
            Note(FaultStep.Killed);
            process.Kill();
        }
    }

    public void Freeze() => Send(Signals.Stop, FaultStep.Frozen);

    public void Thaw() => Send(Signals.Continue, FaultStep.Thawed);

    public void Dispose()
    {
        if (Take() is { } process)
        {
            process.Kill();
            process.WaitForExit();
        }

        _probe.Dispose();
    }

    private void Send(int signal, FaultStep step)
    {
        if (_process is { HasExited: false } process)
        {
            Note(step);
            Signals.Send(process.Id, signal);
        }
    }

    /// <summary>The running process, which from now on may end without being started again.</summary>
    private Process? Take()
    {
        var process = Interlocked.Exchange(ref _process, null);
        return process is { HasExited: false } ? process : null;
    }

    private async Task SuperviseAsync(Process process)
    {
        await process.WaitForExitAsync();
        if (_process == process)
        {
            Note(FaultStep.Exited);
            await Task.Delay(RestartAfter);
            if (_process == process)
            {
                Start();
            }
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _probe.GetAsync("/healthz/ready");
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static async Task CopyAsync(StreamReader from, TextWriter to)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            await to.WriteLineAsync(line);
        }
    }

    private void Note(FaultStep step) => _history.Add(new FaultNote { Start = _history.Now, Step = step, Target = Name });
}
