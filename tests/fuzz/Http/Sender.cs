using System.Diagnostics;
using System.Net.Sockets;
using RunPod.Fuzz.Requests;

namespace RunPod.Fuzz.Http;

/// <summary>Sends requests on as few connections as the server allows, some of them before earlier ones are answered.</summary>
/// <param name="address">The service.</param>
/// <param name="bound">How long an answer may take.</param>
internal sealed class Sender(Uri address, TimeSpan bound)
{
    private const int LongestPipeline = 4;

    /// <summary>How long a further answer to a request that lies about its length is waited for.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromMilliseconds(30);

    public async Task SendAsync(IReadOnlyList<FuzzRequest> requests, bool isPipelined, Action<Exchange> take)
    {
        Connection? connection = null;
        try
        {
            for (var (next, mustBeAlone) = (0, false); next < requests.Count;)
            {
                var pipeline = requests.Skip(next).Take(isPipelined && !mustBeAlone ? LengthAt(requests, next) : 1).ToArray();
                if (mustBeAlone || pipeline[0].Patience is not null)
                {
                    connection?.Dispose();
                    connection = null;
                }

                connection ??= await Connection.OpenAsync(address, CancellationToken.None);
                var mayRepeat = pipeline.Length > 1 || connection.IsUsed;
                var (answered, isOpen) = await ExchangeAsync(connection, pipeline, mayRepeat, take);
                next += answered;
                // The server may close after any answer; what stood behind it was not read, and is sent once more.
                mustBeAlone = answered < pipeline.Length;
                if (!isOpen)
                {
                    connection.Dispose();
                    connection = null;
                }
            }
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private static int LengthAt(IReadOnlyList<FuzzRequest> requests, int start)
    {
        var length = 1;
        while (length < LongestPipeline && start + length < requests.Count
            && requests[start + length - 1].CanBeFollowed && requests[start + length].CanBeFollowed)
        {
            length++;
        }

        return length;
    }

    private async Task<(int Answered, bool IsOpen)> ExchangeAsync(Connection connection, FuzzRequest[] pipeline, bool mayRepeat, Action<Exchange> take)
    {
        using var limit = new CancellationTokenSource();
        var sending = connection.SendAsync(pipeline, limit.Token);
        for (var i = 0; i < pipeline.Length; i++)
        {
            // The server takes them one after the other: each has its own time.
            var started = Stopwatch.GetTimestamp();
            limit.CancelAfter(pipeline[i].Patience ?? bound);
            var (answer, failure) = await ReadAsync(connection, pipeline[i].Method, limit.Token);
            if (mayRepeat && failure is Exchange.Closed or Exchange.Reset)
            {
                return (i, false);
            }

            var elapsed = Stopwatch.GetElapsedTime(started);
            var answers = answer is null ? [] : new List<Answer> { answer };
            if (answer is { Closes: false } && pipeline[i].Patience is not null)
            {
                limit.CancelAfter(Aftermath);
                while (answers.Count < 10 && (await ReadAsync(connection, "", limit.Token)).Answer is { } further)
                {
                    answers.Add(further);
                }
            }

            take(new Exchange(pipeline[i], answers, failure, elapsed));
            if (answer is not { Closes: false } || pipeline[i].Patience is not null)
            {
                await limit.CancelAsync();
                await sending;
                return (i + 1, false);
            }
        }

        return (pipeline.Length, await sending);
    }

    private static async Task<(Answer? Answer, string? Failure)> ReadAsync(Connection connection, string method, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await connection.Answers.ReadAsync(method, cancellationToken);
            return (answer, answer is null ? Exchange.Closed : null);
        }
        catch (OperationCanceledException)
        {
            return (null, Exchange.Late);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return (null, Exchange.Reset);
        }
        catch (AnswerFormatException exception)
        {
            return (null, $"not HTTP: {exception.Message}");
        }
    }
}
