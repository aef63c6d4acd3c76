using System.Globalization;
using System.Text;
using System.Text.Json;
using RunPod.Chaos.Histories;
using RunPod.Inference;

namespace RunPod.Chaos.Model;

/// <summary>A model that sleeps, streams and fails as its input says, and notes in the history when it began and how it ended.</summary>
internal sealed class SleepingFormat(string node, HistoryLog log) : IModelFormat
{
    public const string FileName = "sleeping.model";

    public bool Recognises(string folder) => File.Exists(Path.Combine(folder, FileName));

    public IModelRuntime Load(string folder, InferenceDevice device) => new Runtime(node, log);

    private sealed class Runtime(string node, HistoryLog log) : IModelRuntime
    {
        private int _runs;

        public void WarmUp(CancellationToken cancellationToken)
        {
        }

        public ModelResult Run(ReadOnlyMemory<byte> input, IPartialOutput output, CancellationToken cancellationToken)
        {
            var job = JobInput.Parse(input.Span);
            var run = string.Create(CultureInfo.InvariantCulture, $"{node}-{Environment.ProcessId}-{Interlocked.Increment(ref _runs)}");
            Note(RunStep.Began);
            output.ReportProgress(JsonSerializer.SerializeToUtf8Bytes(new { run }));
            for (var n = 0; n <= job.Chunks; n++)
            {
                if (cancellationToken.WaitHandle.WaitOne(job.Milliseconds / (job.Chunks + 1)))
                {
                    Note(RunStep.Stopped);
                    throw new OperationCanceledException(cancellationToken);
                }

                if (n < job.Chunks)
                {
                    output.Stream(JsonSerializer.SerializeToUtf8Bytes(new Chunk(run, n), JsonSerializerOptions.Web));
                }
            }

            if (job.Fails)
            {
                Note(RunStep.Failed);
                throw new ModelInputException($"As the input of {job.Token} said.");
            }

            Note(RunStep.Returned);

            // The URL of a file is /files/ENDPOINT/JOB/ATTEMPT/NAME: so the model learns which attempt it was.
            return new ModelResult
            {
                Files = [new ModelFile("run.txt", "text/plain", Encoding.UTF8.GetBytes(run))],
                RenderOutput = urls => new JobOutput(job.Token, run, int.Parse(urls[0].Segments[^2].TrimEnd('/'), CultureInfo.InvariantCulture)).ToJson(),
            };

            void Note(RunStep step) => log.Add(new Execution { Start = log.Now, Token = job.Token, Run = run, Node = node, Step = step });
        }

        public void Dispose()
        {
        }
    }
}
