using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using RunPod.Api.Limits;

namespace RunPod.Api.Browsers;

/// <summary>Lets pages of other origins call the API, and read what its answers say in headers.</summary>
internal static class CrossOrigin
{
    // Browsers keep no longer than two hours what they were told.
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(2);

    private static readonly string[] Exposed = [HeaderNames.RetryAfter, RateLimitHeaders.Limit, RateLimitHeaders.Policy, HeaderNames.ETag];

    public static IServiceCollection AddCrossOrigin(this IServiceCollection services)
    {
        services.AddOptions<CrossOriginOptions>()
            .BindConfiguration(CrossOriginOptions.Section)
            .Validate(o => o.IsValid, "Cors:Origins must hold origins such as https://app.example.com, without a path, or * for all.")
            .ValidateOnStart();
        services.AddOptions<CorsOptions>().Configure<IOptions<CrossOriginOptions>>(static (cors, options) => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. options.Value.Origins])
            .SetIsOriginAllowedToAllowWildcardSubdomains()
            .AllowAnyMethod()
            .AllowAnyHeader()
            .WithExposedHeaders(Exposed)
            .SetPreflightMaxAge(MaxAge)));
        // The middleware tells of every request.
        return services.AddLogging(log => log.AddFilter("Microsoft.AspNetCore.Cors", LogLevel.Warning)).AddCors();
    }

    /// <summary>Answers preflights, and adds the headers to every answer, whatever further in it comes from; nothing if no origin is allowed.</summary>
    public static IApplicationBuilder UseCrossOrigin(this IApplicationBuilder app) =>
        app.ApplicationServices.GetRequiredService<IOptions<CrossOriginOptions>>().Value.Origins.Count > 0 ? app.UseCors() : app;
}
