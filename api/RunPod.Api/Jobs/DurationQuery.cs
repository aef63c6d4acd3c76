using System.Globalization;
using Microsoft.AspNetCore.Http;
using RunPod.Api.Errors;

namespace RunPod.Api.Jobs;

/// <summary>Milliseconds in the query.</summary>
internal static class DurationQuery
{
    /// <summary>The time that the request names; null if it names none.</summary>
    public static OrError<TimeSpan?> Read(HttpRequest request, string name, DurationBounds bounds)
    {
        if (!request.QueryString.HasValue || !request.Query.TryGetValue(name, out var values))
        {
            return default(TimeSpan?);
        }

        var given = values.ToString();
        return long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && bounds.Contains(milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : ApiErrors.InvalidQuery(name, given, bounds);
    }
}
