using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using RunPod.Fuzz.Http;
using RunPod.Fuzz.Requests;
using RunPod.Fuzz.Rules;
using RunPod.Fuzz.Services;

namespace RunPod.Fuzz;

/// <summary>One run: a service, many connections that attack it, and looks at whether all is well.</summary>
internal sealed class FuzzRun(FuzzOptions options, FuzzedService service, Subjects subjects, RequestMaker maker, Findings findings)
{
    /// <summary>Requests that follow each other on one connection, if the server lets them.</summary>
    private const int Block = 8;

    /// <summary>Longer than this process waits for its turn on a busy machine. What is late after such a pause is not the service's fault alone.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(2);

    /// <summary>Well below the time that a job is kept.</summary>
    private static readonly TimeSpan CheckAfter = TimeSpan.FromMinutes(1);

    private readonly Sender _sender = new(service.Address, options.Bound);
    private readonly Judge _judge = new(findings, options.Bound, Subjects.Secret);
    private readonly AcceptedJobs _accepted = new(subjects, findings);
    private KnownIds _ids = null!;
    private long _next;
    private long _done;

    /// <summary>Runs it and returns the exit code of the process.</summary>
    public static async Task<int> RunAsync(FuzzOptions options)
    {
        var findings = new Findings();
        using var service = await FuzzedService.StartAsync(options.Silo, options.OnRedis, findings);
        Console.WriteLine($"--seed {options.Seed}; the service's log is {service.LogPath}");
        using var http = new HttpClient { BaseAddress = service.Address };
        using var description = JsonDocument.Parse(await http.GetByteArrayAsync("/openapi/v1.json"));
        using var subjects = new Subjects(service.Address, service.Key, await service.CreateKeyAsync("other"), findings);
        await subjects.PrepareAsync();
        var run = new FuzzRun(options, service, subjects, new RequestMaker(options.Seed, description.RootElement, service.Address), findings);
        await (options.Only.Count > 0 ? run.ReplayAsync() : run.AttackAsync());
        var broken = findings.Print(Console.Out);
        if (broken == 0)
        {
            service.Dispose();
            service.Delete();
        }

        return broken == 0 ? 0 : 1;
    }

    private async Task ReplayAsync()
    {
        foreach (var number in options.Only)
        {
            await ReplayAsync(maker.Make(number, await subjects.RenewAsync()));
        }
    }

    private async Task ReplayAsync(FuzzRequest request)
    {
        Console.WriteLine($"{request.Number}, {request.Route}: {request.Mutations}");
        Console.WriteLine(Shown.Bytes(request.Bytes));
        await _sender.SendAsync([request], isPipelined: false, exchange =>
        {
            foreach (var answer in exchange.Answers)
            {
                Console.WriteLine(Shown.Answer(answer));
            }

            Console.WriteLine(FormattableString.Invariant($"{exchange.Failure ?? "answered"} after {exchange.Elapsed.TotalMilliseconds:F0} ms"));
            _judge.Take(exchange);
        });
    }

    private async Task AttackAsync()
    {
        _ids = await subjects.RenewAsync();
        var started = Stopwatch.GetTimestamp();
        var attack = Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => Task.Run(AttackFromOneConnectionAsync)));
        var (warm, peak) = (0L, 0L);
        for (var (look, tenth) = (options.Every, options.Requests / 10); !attack.IsCompleted; peak = Math.Max(peak, service.Memory))
        {
            var before = Stopwatch.GetTimestamp();
            await Task.WhenAny(attack, Task.Delay(50));
            if (Stopwatch.GetElapsedTime(before) is var pause && pause > Standstill)
            {
                findings.Note(FormattableString.Invariant($"this process stood still for {pause.TotalSeconds:F0} s at {DateTime.UtcNow:T}"));
            }

            var done = Interlocked.Read(ref _done);
            warm = warm == 0 && done >= options.Requests / 5 ? service.Memory : warm;
            if (done >= look && service.IsAlive)
            {
                look += options.Every;
                await TryAsync(LookAsync);
            }

            if (done >= tenth)
            {
                tenth = done + (options.Requests / 10);
                Console.WriteLine(FormattableString.Invariant(
                    $"{done} requests, {done / Stopwatch.GetElapsedTime(started).TotalSeconds:F0}/s, memory {Megabytes(service.Memory)}"));
            }
        }

        await attack;
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (service.IsAlive)
        {
            await TryAsync(_accepted.SettleAsync);
            await TryAsync(LookAsync);
        }

        if (!service.IsAlive)
        {
            findings.Add(Rule.Alive, "the process has ended", null, service.LogPath);
        }

        var end = service.Memory;
        var memory = FormattableString.Invariant($"{Megabytes(warm)} after a fifth, {Megabytes(peak)} at most, {Megabytes(end)} at the end");
        if (end > warm + options.Growth)
        {
            findings.Add(Rule.Memory, memory, null, $"more than {Megabytes(options.Growth)} of growth");
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{_done} requests in {elapsed.TotalSeconds:F0} s, {_done / elapsed.TotalSeconds:F0}/s; {_accepted.Checked} accepted jobs found; memory {memory}"));
    }

    private async Task AttackFromOneConnectionAsync()
    {
        while (Interlocked.Add(ref _next, Block) - Block is var first && first < options.Requests && service.IsAlive)
        {
            var ids = _ids;
            var requests = Enumerable.Range(0, (int)Math.Min(Block, options.Requests - first)).Select(i => maker.Make(first + i, ids)).ToArray();
            try
            {
                await _sender.SendAsync(requests, isPipelined: first / Block % 2 == 0, exchange =>
                {
                    _judge.Take(exchange);
                    _accepted.Take(exchange);
                });
            }
            catch (SocketException exception)
            {
                findings.Add(Rule.Alive, $"no connection: {exception.SocketErrorCode}", first, "");
            }

            Interlocked.Add(ref _done, requests.Length);
        }
    }

    private async Task LookAsync()
    {
        _ids = await subjects.RenewAsync();
        await _accepted.CheckAsync(CheckAfter, mustHaveEnded: false);
    }

    private async Task TryAsync(Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or JsonException or KeyNotFoundException)
        {
            findings.Add(Rule.Valid, "no usable answer", null, exception.Message);
        }
    }

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1048576} MiB");
}
