using System.Collections.Concurrent;
using System.Diagnostics;

namespace RunPod.Tests.Support;

/// <summary>The built silo as a process of its own, as an operator starts it; what it prints is kept.</summary>
internal sealed class SiloProgram : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private SiloProgram(Process process)
    {
        _process = process;
    }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything on stdout and stderr so far.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts <c>dotnet RunPod.Silo.dll ARGUMENTS</c> in a folder.</summary>
    public static SiloProgram Start(string folder, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) =>
        StartAssembly(Path.Combine(AppContext.BaseDirectory, "RunPod.Silo.dll"), folder, environment, arguments);

    /// <summary>The same with a <see cref="TestModel"/> added, which costs no processor time.</summary>
    public static SiloProgram StartWithTestModel(string folder, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> settings) =>
        StartAssembly(typeof(Victim).Assembly.Location, folder, environment, settings.Prepend("serve"));

    /// <summary>Starts a silo of another version, by the path of its assembly.</summary>
    public static SiloProgram StartAssembly(string assembly, string folder, IReadOnlyDictionary<string, string> environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(assembly);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Nothing here lives long enough to win by it what it costs at the start.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var program = new SiloProgram(new Process { StartInfo = start });
        program._process.OutputDataReceived += program.Keep;
        program._process.ErrorDataReceived += program.Keep;
        program._process.Start();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    /// <summary>Waits until it ends by itself. Returns its exit code and all that it printed.</summary>
    public async Task<(int ExitCode, string Output)> WaitForExitAsync()
    {
        using var timeout = new CancellationTokenSource(Eventually.LongLimit);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The process still runs after {Eventually.LongLimit.TotalSeconds} s:\n{Output}");
        }

        return (_process.ExitCode, Output);
    }

    /// <summary>SIGTERM, as service managers stop a process.</summary>
    public async Task<int> StopAsync()
    {
        Signals.Send(_process, "TERM");
        return (await WaitForExitAsync()).ExitCode;
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

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            _lines.Enqueue(line.Data);
        }
    }
}
