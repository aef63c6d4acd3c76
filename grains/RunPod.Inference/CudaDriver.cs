#if CUDA
using System.Runtime.InteropServices;
using System.Text;

namespace RunPod.Inference;

/// <summary>The few calls of NVIDIA's driver library that name the devices; the library is looked up at run time, since most machines lack it.</summary>
internal static unsafe class CudaDriver
{
    private const int NameLength = 256;

    /// <summary>One name per device, in the driver's order (which <c>CUDA_VISIBLE_DEVICES</c> filters); empty without a driver or a device.</summary>
    public static IReadOnlyList<string> DeviceNames()
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var library))
        {
            return [];
        }

        if (!NativeLibrary.TryGetExport(library, "cuInit", out var init)
            || !NativeLibrary.TryGetExport(library, "cuDeviceGetCount", out var getCount)
            || !NativeLibrary.TryGetExport(library, "cuDeviceGetName", out var getName))
        {
            return [];
        }

        var count = 0;
        if (((delegate* unmanaged<uint, int>)init)(0) != 0 || ((delegate* unmanaged<int*, int>)getCount)(&count) != 0)
        {
            return [];
        }

        var names = new string[count];
        var buffer = stackalloc byte[NameLength];
        for (var i = 0; i < count; i++)
        {
            var named = ((delegate* unmanaged<byte*, int, int, int>)getName)(buffer, NameLength, i) == 0;
            names[i] = named ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer)) : "CUDA device";
        }

        return names;
    }
}
#endif
