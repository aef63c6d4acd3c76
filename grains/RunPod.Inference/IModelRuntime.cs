namespace RunPod.Inference;

/// <summary>
/// A model loaded on one device. <see cref="Run"/> may be called from several threads at once: the slots of a device share one runtime.
/// </summary>
public interface IModelRuntime : IDisposable
{
    /// <summary>Runs the model once on a typical input, so that the first job does not pay for lazy initialisation.</summary>
    void WarmUp(CancellationToken cancellationToken);

    /// <summary>Runs one job on the calling thread, which it blocks until the end.</summary>
    /// <param name="input">The job's <c>input</c>: the UTF-8 bytes of any JSON value.</param>
    /// <param name="output">Takes what the client may see before the end.</param>
    /// <param name="cancellationToken">Stops a running model step, not only the gap between two.</param>
    /// <exception cref="ModelInputException">The input is not acceptable; the message lists every fault.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ModelResult Run(ReadOnlyMemory<byte> input, IPartialOutput output, CancellationToken cancellationToken);
}
