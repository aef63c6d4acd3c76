using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Batches;

/// <summary>How requests are put on pages. No I/O.</summary>
internal static class BatchPacking
{
    /// <summary>Requests of a page; each has a bit in <see cref="BatchPage.Removed"/>.</summary>
    public const int MaxRequests = 64;

    /// <summary>Bytes of a page, unless a single request has more.</summary>
    public const int MaxBytes = 256 * 1024;

    // Up to this the last page is written anew together with what follows it, so that requests added one by one do not get a page each.
    private const int SmallPage = 32 * 1024;

    // What a submission has besides its texts.
    private const int Overhead = 64;

    public static int SizeOf(JobSubmission request) =>
        request.Input.Length + (request.S3Config?.Length ?? 0) + (request.Webhook?.Length ?? 0) + (request.WebhookV2?.Length ?? 0) + Overhead;

    /// <summary>Whether requests that follow a page go onto it.</summary>
    public static bool HasRoom(BatchPage last, JobSubmission next) => last.Count < MaxRequests && last.Bytes + SizeOf(next) <= SmallPage;

    /// <summary>Cuts requests into pages, each as full as it may be. They are numbered from <paramref name="number"/> on, their requests from <paramref name="first"/> on.</summary>
    public static List<BatchPage> Cut(IReadOnlyList<JobSubmission> requests, int number, int first)
    {
        var pages = new List<BatchPage>();
        BatchPage? page = null;
        for (var i = 0; i < requests.Count; i++)
        {
            var size = SizeOf(requests[i]);
            if (page is null || page.Count == MaxRequests || page.Bytes + size > MaxBytes)
            {
                page = new BatchPage { Number = number + pages.Count, First = first + i, Count = 0, Bytes = 0 };
                pages.Add(page);
            }

            pages[^1] = page = page with { Count = page.Count + 1, Bytes = page.Bytes + size };
        }

        return pages;
    }
}
