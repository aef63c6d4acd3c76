using Microsoft.AspNetCore.DataProtection;
using RunPod.Contracts.Secrets;
using StackExchange.Redis;

namespace RunPod.Silo.Secrets;

internal static class SecretServices
{
    /// <summary>Adds <see cref="ISecretProtector"/> over ASP.NET Core's Data Protection; its keys are in the store, so that every silo has them.</summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services, IConnectionMultiplexer store, string serviceId)
    {
        services.AddDataProtection().SetApplicationName(serviceId).PersistKeysToStackExchangeRedis(store, $"{serviceId}/secrets/data-protection");
        services.AddSingleton<ISecretProtector, DataProtectionSecrets>();
        return services;
    }
}
