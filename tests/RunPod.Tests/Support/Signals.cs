using System.Diagnostics;

namespace RunPod.Tests.Support;

internal static class Signals
{
    /// <summary>Sends a signal, such as TERM, STOP or CONT, to a process that the test started.</summary>
    public static void Send(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
