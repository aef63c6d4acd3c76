using System.Runtime.InteropServices;

namespace RunPod.Inference.Onnx;

/// <summary>ONNX Runtime's own telemetry: since 1.31 it keeps events in a database in the home folder, and sends them to its makers.</summary>
internal static partial class OnnxTelemetry
{
    // Read when the library makes its environment. Its function to disable telemetry needs that environment, and by then the database is there.
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    /// <summary>Turns it off, before the first session.</summary>
    public static void TurnOff()
    {
        Environment.SetEnvironmentVariable(Switch, "1");
        if (!OperatingSystem.IsWindows())
        {
            // .NET has a copy of the environment there, and native code does not see what is set in it.
            _ = SetForNativeCode(Switch, "1", overwrite: 1);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetForNativeCode(string name, string value, int overwrite);
}
