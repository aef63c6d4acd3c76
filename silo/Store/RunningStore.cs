using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace RunPod.Silo.Store;

/// <summary>How to reach an embedded store that runs now; written beside its files, readable by its owner only.</summary>
internal sealed record RunningStore(int ProcessId, int Port, string Password)
{
    private const string FileName = "running.json";

    public string ConnectionString => $"127.0.0.1:{Port},password={Password}";

    public void Write(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var temporary = path + ".new";
        using (var file = PrivateFiles.Create(temporary))
        {
            JsonSerializer.Serialize(file, this);
        }

        File.Move(temporary, path, overwrite: true);
    }

    public static void Delete(string folder) => File.Delete(Path.Combine(folder, FileName));

    /// <summary>The store that runs on this folder, or null: a killed process leaves its file behind, so it must also answer.</summary>
    public static RunningStore? TryRead(string folder)
    {
        try
        {
            var running = JsonSerializer.Deserialize<RunningStore>(File.ReadAllBytes(Path.Combine(folder, FileName)));
            return running is not null && IsAlive(running.ProcessId) && Accepts(running.Port) ? running : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool Accepts(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
