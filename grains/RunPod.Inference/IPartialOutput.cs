namespace RunPod.Inference;

/// <summary>Where a running model puts what the client may see before the end. The result of the run does not depend on it.</summary>
public interface IPartialOutput
{
    /// <summary>Tells how far the run is: <c>/status</c> shows the latest as <c>output</c>, <c>/stream</c> those that it can keep up with. Never waits.</summary>
    /// <param name="json">UTF-8 JSON of one value.</param>
    void ReportProgress(ReadOnlyMemory<byte> json);

    /// <summary>Tells how far the run is, with a file such as a preview; none of these is skipped on <c>/stream</c>. Never waits: a file that cannot be stored is left out.</summary>
    /// <param name="file">The file; its name is not one of the result's.</param>
    /// <param name="render">Writes the UTF-8 JSON of one value, given the file's URL, or null if there is none. Called on another thread.</param>
    void ReportProgress(ModelFile file, Func<Uri?, byte[]> render);

    /// <summary>Adds a part of the output to <c>/stream</c>; none is lost. Waits while too many are on their way to the store.</summary>
    /// <param name="json">UTF-8 JSON of one value.</param>
    void Stream(ReadOnlyMemory<byte> json);
}
