using System.Globalization;
using Orleans.Storage;
using RunPod.Contracts.Jobs;
using RunPod.Grains.Store;

namespace RunPod.Grains.Batches;

/// <summary>The stored pages of one batch. Each is a state of the batch's grain under a name that its number gives.</summary>
internal sealed class BatchPages(IGrainStorage storage, GrainId grainId)
{
    // A page may be as large as a request: this many are held in memory at once.
    private const int Parallelism = 8;

    private readonly Dictionary<int, StoredState<BatchResults>> _results = [];
    private (int Number, JobSubmission[]? Requests) _lastRead = (-1, null);

    /// <summary>Writes the requests of new pages, which follow each other.</summary>
    public Task WriteInputsAsync(IReadOnlyList<BatchPage> pages, IReadOnlyList<JobSubmission> requests) => ForEachAsync(pages, async page =>
    {
        var state = Inputs(page.Number);
        state.AssumeAbsent();
        await state.WriteAsync(new BatchInputs { Requests = [.. requests.Skip(page.First - pages[0].First).Take(page.Count)] });
    });

    /// <summary>The requests of a page; null if the store has lost it. The page that was read last stays in memory.</summary>
    public async Task<JobSubmission[]?> ReadInputsAsync(BatchPage page)
    {
        if (_lastRead.Number != page.Number)
        {
            var state = Inputs(page.Number);
            await state.EnsureReadAsync();
            _lastRead = (page.Number, state.Value?.Requests);
        }

        return _lastRead.Requests;
    }

    /// <summary>The results of the first pages, and null for each of the others.</summary>
    public async Task<BatchResults?[]> ReadResultsAsync(IReadOnlyList<BatchPage> pages, int opened)
    {
        await ForEachAsync([.. pages.Where(page => page.First < opened)], page => Results(page.Number).EnsureReadAsync());
        return [.. pages.Select(page => page.First < opened ? Results(page.Number).Value : null)];
    }

    public Task WriteResultsAsync(BatchPage page, BatchResults results)
    {
        var state = Results(page.Number);
        state.AssumeAbsent();
        return state.WriteAsync(results);
    }

    /// <summary>Deletes a page's requests; one that is not there is not an error.</summary>
    public Task DeleteInputsAsync(int number) => DeleteAsync(Inputs(number));

    /// <summary>Deletes the requests of pages.</summary>
    public Task DeleteInputsAsync(IEnumerable<BatchPage> pages)
    {
        _lastRead = (-1, null);
        return ForEachAsync([.. pages], page => DeleteInputsAsync(page.Number));
    }

    /// <summary>Deletes all that was ever written: requests under each number that was taken, and results of the pages that the batch has.</summary>
    public async Task DeleteAllAsync(BatchState batch)
    {
        await ForEachAsync([.. Enumerable.Range(0, batch.NextPage)], DeleteInputsAsync);
        await ForEachAsync(batch.Pages, page => DeleteAsync(new StoredState<BatchResults>(storage, ResultsName(page.Number), grainId)));
    }

    private static async Task DeleteAsync<T>(StoredState<T> state)
        where T : class
    {
        await state.EnsureReadAsync();
        if (state.Value is not null)
        {
            await state.ClearAsync();
        }
    }

    private static async Task ForEachAsync<T>(IReadOnlyList<T> items, Func<T, Task> action)
    {
        foreach (var chunk in items.Chunk(Parallelism))
        {
            await Task.WhenAll(chunk.Select(action));
        }
    }

    private StoredState<BatchInputs> Inputs(int number) => new(storage, string.Create(CultureInfo.InvariantCulture, $"requests-{number}"), grainId);

    private StoredState<BatchResults> Results(int number)
    {
        if (!_results.TryGetValue(number, out var state))
        {
            _results.Add(number, state = new StoredState<BatchResults>(storage, ResultsName(number), grainId));
        }

        return state;
    }

    private static string ResultsName(int number) => string.Create(CultureInfo.InvariantCulture, $"results-{number}");
}
