using Microsoft.ML.OnnxRuntime;
using RunPod.Inference.Onnx;
using static RunPod.Inference.StableDiffusion.StableDiffusionModel;

namespace RunPod.Inference.StableDiffusion;

/// <summary>The memory and the bindings of one run at a time; rented, so that the next run of the same size allocates and binds nothing.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly StableDiffusionModel _model;
    private readonly OrtIoBinding _textBinding;
    private readonly OrtIoBinding _unetBinding;
    private readonly OrtIoBinding _vaeBinding;
    private float[] _latents = [];
    private float[] _scaled = [];
    private float[] _predictions = [];
    private float[] _hidden = [];
    private float[] _planes = [];
    private byte[] _pixels = [];

    public Workspace(StableDiffusionModel model)
    {
        _model = model;
        _textBinding = model.TextEncoder.CreateBinding();
        _unetBinding = model.Unet.CreateBinding();
        _vaeBinding = model.Vae.CreateBinding();
        Ids = new TensorBuffer(model.TextEncoder.Input(Names.InputIds).ElementDataType);
        HiddenOut = new TensorBuffer(model.TextEncoder.Outputs[model.HiddenOutput].ElementDataType);
        HiddenIn = new TensorBuffer(model.Unet.Input(Names.Hidden).ElementDataType);
        Sample = new TensorBuffer(model.Unet.Input(Names.Sample).ElementDataType);
        Timestep = new TensorBuffer(model.Unet.Input(Names.Timestep).ElementDataType);
        Prediction = new TensorBuffer(model.Unet.Outputs[model.UnetOutput].ElementDataType);
        LatentsIn = new TensorBuffer(model.Vae.Input(Names.Latents).ElementDataType);
        PictureOut = new TensorBuffer(model.Vae.Outputs[model.VaeOutput].ElementDataType);
        Timestep.Reshape(model.TimestepShape);
        _unetBinding.BindInput(Names.Timestep, Timestep.Value);
    }

    public TensorBuffer Ids { get; }

    public TensorBuffer HiddenOut { get; }

    public TensorBuffer HiddenIn { get; }

    public TensorBuffer Sample { get; }

    public TensorBuffer Timestep { get; }

    public TensorBuffer Prediction { get; }

    public TensorBuffer LatentsIn { get; }

    public TensorBuffer PictureOut { get; }

    /// <summary>Latents along the width.</summary>
    public int LatentWidth { get; private set; }

    /// <summary>Latents along the height.</summary>
    public int LatentHeight { get; private set; }

    /// <summary>Prompts of a step: 2 with guidance, 1 without.</summary>
    public int Prompts { get; private set; }

    /// <summary>Prompts in one call of the UNet: all of them, or one where the picture is large.</summary>
    public int Batch { get; private set; }

    /// <summary>Values of one prompt's encoding.</summary>
    public int HiddenCount => _model.Tokenizer.MaxLength * _model.HiddenSize;

    /// <summary>The picture's latents, [channels, height, width] in float32.</summary>
    public Span<float> Latents => Slice(ref _latents, LatentCount);

    /// <summary>The latents as the model sees them at a step.</summary>
    public Span<float> Scaled => Slice(ref _scaled, LatentCount);

    /// <summary>The UNet's predictions, one after the other for each prompt.</summary>
    public Span<float> Predictions => Slice(ref _predictions, LatentCount * Prompts);

    /// <summary>The encoded prompts, the negative one first.</summary>
    public Span<float> Hidden => Slice(ref _hidden, HiddenCount * Prompts);

    /// <summary>The decoded picture, [3, height, width] in float32 from -1 to 1.</summary>
    public Span<float> Planes => Slice(ref _planes, 3 * DecodedWidth * DecodedHeight);

    /// <summary>Room for RGBA pixels.</summary>
    public Span<byte> Pixels(int width, int height)
    {
        var length = width * height * 4;
        if (_pixels.Length < length)
        {
            _pixels = new byte[length];
        }

        return _pixels.AsSpan(0, length);
    }

    /// <summary>Width of the decoded picture in pixels; a request may ask for less.</summary>
    public int DecodedWidth => LatentWidth * _model.Shape.VaeScale;

    /// <summary>Height of the decoded picture in pixels; a request may ask for less.</summary>
    public int DecodedHeight => LatentHeight * _model.Shape.VaeScale;

    private int LatentCount => _model.Shape.LatentChannels * LatentWidth * LatentHeight;

    /// <summary>Shapes and binds everything for a request.</summary>
    /// <param name="request">What is to be made.</param>
    /// <param name="batched">Whether all prompts of a step go through the UNet in one call.</param>
    public void Prepare(PictureRequest request, bool batched)
    {
        LatentWidth = _model.Shape.LatentsFor(request.Width);
        LatentHeight = _model.Shape.LatentsFor(request.Height);
        Prompts = request.IsGuided ? 2 : 1;
        Batch = batched ? Prompts : 1;
        long channels = _model.Shape.LatentChannels;
        long tokens = _model.Tokenizer.MaxLength;

        if (Ids.Reshape(Prompts, tokens))
        {
            _textBinding.BindInput(Names.InputIds, Ids.Value);
        }

        if (HiddenOut.Reshape(Prompts, tokens, _model.HiddenSize))
        {
            _textBinding.BindOutput(_model.HiddenOutput, HiddenOut.Value);
        }

        if (HiddenIn.Reshape(Batch, tokens, _model.HiddenSize))
        {
            _unetBinding.BindInput(Names.Hidden, HiddenIn.Value);
        }

        if (Sample.Reshape(Batch, channels, LatentHeight, LatentWidth))
        {
            _unetBinding.BindInput(Names.Sample, Sample.Value);
        }

        if (Prediction.Reshape(Batch, channels, LatentHeight, LatentWidth))
        {
            _unetBinding.BindOutput(_model.UnetOutput, Prediction.Value);
        }

        if (LatentsIn.Reshape(1, channels, LatentHeight, LatentWidth))
        {
            _vaeBinding.BindInput(Names.Latents, LatentsIn.Value);
        }

        if (PictureOut.Reshape(1, 3, DecodedHeight, DecodedWidth))
        {
            _vaeBinding.BindOutput(_model.VaeOutput, PictureOut.Value);
        }
    }

    public void RunTextEncoder(RunOptions options, CancellationToken cancellationToken) => _model.TextEncoder.Run(_textBinding, options, cancellationToken);

    public void RunUnet(RunOptions options, CancellationToken cancellationToken) => _model.Unet.Run(_unetBinding, options, cancellationToken);

    public void RunVae(RunOptions options, CancellationToken cancellationToken) => _model.Vae.Run(_vaeBinding, options, cancellationToken);

    public void Dispose()
    {
        _textBinding.Dispose();
        _unetBinding.Dispose();
        _vaeBinding.Dispose();
        foreach (var buffer in (TensorBuffer[])[Ids, HiddenOut, HiddenIn, Sample, Timestep, Prediction, LatentsIn, PictureOut])
        {
            buffer.Dispose();
        }
    }

    private static Span<float> Slice(ref float[] memory, int length)
    {
        if (memory.Length < length)
        {
            memory = new float[length];
        }

        return memory.AsSpan(0, length);
    }
}
