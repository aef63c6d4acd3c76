using System.Globalization;
using Microsoft.AspNetCore.Http;
using RunPod.Api.Errors;

namespace RunPod.Api.Requests;

/// <summary>The part of a list that a request asks for, as <c>?offset=</c> and <c>?limit=</c>.</summary>
internal readonly record struct PageQuery(long Offset, int Limit)
{
    public const int DefaultLimit = 50;

    public const int MaxLimit = 200;

    public static OrError<PageQuery> Read(HttpRequest request)
    {
        long offset = 0;
        long limit = DefaultLimit;
        if (!TryRead(request, "offset", 0, long.MaxValue / 2, ref offset))
        {
            return ApiErrors.InvalidOffset;
        }

        return TryRead(request, "limit", 1, MaxLimit, ref limit) ? new PageQuery(offset, (int)limit) : ApiErrors.InvalidLimit;
    }

    private static bool TryRead(HttpRequest request, string name, long min, long max, ref long value) =>
        !request.Query.TryGetValue(name, out var given)
        || (long.TryParse(given.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);
}
