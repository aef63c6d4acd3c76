using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace RunPod.Inference.Onnx;

/// <summary>
/// A tensor in pinned memory that outlives the runs that use it: it grows, never shrinks, and takes the element type of the graph's input or output.
/// Values go in and out as float32.
/// </summary>
internal sealed class TensorBuffer(TensorElementType type) : IDisposable
{
    private byte[] _memory = [];
    private long[] _shape = [];
    private OrtValue? _value;

    public TensorElementType Type => type;

    /// <summary>The tensor over the memory, of the shape that <see cref="Reshape"/> gave it.</summary>
    public OrtValue Value => _value ?? throw new InvalidOperationException("The tensor has no shape yet.");

    private Span<byte> Bytes => _memory.AsSpan(0, checked((int)(Count(_shape) * SizeOf(type))));

    public static bool IsSupported(TensorElementType type) => type is TensorElementType.Float or TensorElementType.Float16 or TensorElementType.Double
        or TensorElementType.Int32 or TensorElementType.Int64;

    /// <summary>Gives the tensor a shape. Returns whether that made a new <see cref="Value"/>, which then has to be bound anew.</summary>
    public bool Reshape(params ReadOnlySpan<long> shape)
    {
        if (_value is not null && shape.SequenceEqual(_shape))
        {
            return false;
        }

        var length = checked((int)(Count(shape) * SizeOf(type)));
        var memory = _memory.Length < length ? GC.AllocateUninitializedArray<byte>(length, pinned: true) : _memory;
        var sizes = shape.ToArray();
        var value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, sizes, Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0), length);
        // Nothing is changed before nothing can fail any more: a shape without its value would not be made again.
        _value?.Dispose();
        (_memory, _shape, _value) = (memory, sizes, value);
        return true;
    }

    /// <summary>Writes values from an element on, converted to the tensor's type.</summary>
    public void Write(ReadOnlySpan<float> values, int offset = 0)
    {
        switch (type)
        {
            case TensorElementType.Float:
                values.CopyTo(As<float>()[offset..]);
                break;
            case TensorElementType.Float16:
                TensorPrimitives.ConvertToHalf(values, As<Half>()[offset..]);
                break;
            case TensorElementType.Double:
                TensorPrimitives.ConvertTruncating<float, double>(values, As<double>()[offset..]);
                break;
            case TensorElementType.Int32:
                TensorPrimitives.ConvertTruncating<float, int>(values, As<int>()[offset..]);
                break;
            default:
                TensorPrimitives.ConvertTruncating<float, long>(values, As<long>()[offset..]);
                break;
        }
    }

    /// <summary>Writes one value to every element; an integer type drops the fraction, as a cast in PyTorch does.</summary>
    public void Fill(float value)
    {
        var count = (int)Count(_shape);
        for (var i = 0; i < count; i++)
        {
            Write([value], i);
        }
    }

    /// <summary>Writes token ids from an element on.</summary>
    public void Write(ReadOnlySpan<int> values, int offset = 0)
    {
        if (type == TensorElementType.Int32)
        {
            values.CopyTo(As<int>()[offset..]);
        }
        else
        {
            TensorPrimitives.ConvertTruncating<int, long>(values, As<long>()[offset..]);
        }
    }

    /// <summary>Reads the values from an element on, as float32.</summary>
    public void Read(Span<float> values, int offset = 0)
    {
        switch (type)
        {
            case TensorElementType.Float:
                As<float>().Slice(offset, values.Length).CopyTo(values);
                break;
            case TensorElementType.Float16:
                TensorPrimitives.ConvertToSingle(As<Half>().Slice(offset, values.Length), values);
                break;
            default:
                TensorPrimitives.ConvertTruncating<double, float>(As<double>().Slice(offset, values.Length), values);
                break;
        }
    }

    public void Dispose() => _value?.Dispose();

    private Span<T> As<T>()
        where T : struct => MemoryMarshal.Cast<byte, T>(Bytes);

    private static long Count(ReadOnlySpan<long> shape)
    {
        var count = 1L;
        foreach (var size in shape)
        {
            count *= size;
        }

        return count;
    }

    private static int SizeOf(TensorElementType type) => type switch
    {
        TensorElementType.Float16 => 2,
        TensorElementType.Float or TensorElementType.Int32 => 4,
        _ => 8,
    };
}
