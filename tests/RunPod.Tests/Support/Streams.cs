using System.Text;
using RunPod.Contracts.Jobs;

namespace RunPod.Tests.Support;

/// <summary>A consumer of a job's stream.</summary>
internal static class Streams
{
    /// <summary>Takes and waits until the stream says that it is over; returns the answers.</summary>
    public static async Task<List<JobStream>> ReadToEndAsync(this IJobGrain job, string user = TestCluster.User)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var answers = new List<JobStream>();
        while (answers is not [.., { IsEnd: true }])
        {
            patience.Token.ThrowIfCancellationRequested();
            var answer = await job.DrainStreamAsync(user);
            Assert.NotNull(answer);
            answers.Add(answer);
            if (answer is { Chunks: [], IsEnd: false })
            {
                await job.WaitForStreamAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            }
        }

        return answers;
    }

    public static List<string> Texts(this IEnumerable<JobStream> answers) => [.. answers.SelectMany(answer => answer.Chunks).Select(Encoding.UTF8.GetString)];

    /// <summary>What <c>{"chunks": …, "bytes": …}</c> makes the model stream.</summary>
    public static List<string> Chunks(int count, int bytes) => [.. Enumerable.Range(0, count).Select(number => TestModel.Chunk(number, bytes))];
}
