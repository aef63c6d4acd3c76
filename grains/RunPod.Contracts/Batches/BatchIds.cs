using System.Globalization;

namespace RunPod.Contracts.Batches;

/// <summary>Ids of batches and of their requests. A request's id is its batch's and its number in it, so that one leads to the other without an index.</summary>
public static class BatchIds
{
    private const string BatchPrefix = "batch_";
    private const string RequestPrefix = "req_";

    /// <summary>A new batch's id.</summary>
    public static string Create() => $"{BatchPrefix}{Guid.NewGuid():N}";

    /// <summary>Whether an id has a batch's form, which no job's has.</summary>
    public static bool IsBatch(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.StartsWith(BatchPrefix, StringComparison.Ordinal);
    }

    /// <summary>The id of a request, which is that of its job too.</summary>
    public static string Request(string batchId, int number)
    {
        ArgumentNullException.ThrowIfNull(batchId);
        return string.Create(CultureInfo.InvariantCulture, $"{RequestPrefix}{batchId.AsSpan(BatchPrefix.Length)}-{number}");
    }

    /// <summary>The number of a request in its batch. False if the id is not one of this batch.</summary>
    public static bool TryParseRequest(string requestId, string batchId, out int number)
    {
        ArgumentNullException.ThrowIfNull(requestId);
        number = 0;
        var dash = requestId.LastIndexOf('-');
        return dash > 0
            && int.TryParse(requestId.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && string.Equals(requestId, Request(batchId, number), StringComparison.Ordinal);
    }
}
