namespace RunPod.Inference;

/// <summary>
/// Where a running model puts what the client may see before the end. The result of the run does not depend on it, but JSON that is none fails the job.
/// </summary>
public interface IPartialOutput
{
    /// <summary>Tells how far the run is: <c>/status</c> shows the latest as <c>output</c>, <c>/stream</c> those that it can keep up with. Never waits.</summary>
    /// <param name="json">UTF-8 JSON of one value.</param>
    /// <exception cref="InvalidDataException">It is not, or something before it was not.</exception>
    void ReportProgress(ReadOnlyMemory<byte> json);

    /// <summary>
    /// Tells how far the run is, with a file such as a preview; none of these is skipped on <c>/stream</c>. Never waits: of files that come faster than a
    /// few a second only the latest are stored, and one that cannot be stored is left out.
    /// </summary>
    /// <param name="file">The file; its name is not one of the result's.</param>
    /// <param name="render">Writes the UTF-8 JSON of one value, given the file's URL, or null if there is none. Called on another thread.</param>
    /// <exception cref="InvalidDataException">Something before it was not JSON.</exception>
    void ReportProgress(ModelFile file, Func<Uri?, byte[]> render);

    /// <summary>Adds a part of the output to <c>/stream</c>; none is lost. Waits while too many are on their way to the store.</summary>
    /// <param name="json">UTF-8 JSON of one value.</param>
    /// <exception cref="InvalidDataException">It is not, or something before it was not.</exception>
    void Stream(ReadOnlyMemory<byte> json);
}
