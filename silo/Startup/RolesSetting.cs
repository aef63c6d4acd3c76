namespace RunPod.Silo.Startup;

/// <summary>Reads the setting <c>Roles</c>.</summary>
internal static class RolesSetting
{
    private const string Name = "Roles";

    /// <exception cref="StartException">It names something else than roles.</exception>
    public static SiloRoles Read(IConfiguration configuration)
    {
        if (configuration[Name] is not { Length: > 0 } text)
        {
            return SiloRoles.Frontend | SiloRoles.Worker;
        }

        var roles = default(SiloRoles);
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            roles |= name.ToUpperInvariant() switch
            {
                "FRONTEND" => SiloRoles.Frontend,
                "WORKER" => SiloRoles.Worker,
                _ => throw new StartException($"{Name} must be frontend, worker, or both separated by a comma; '{name}' is neither."),
            };
        }

        return roles;
    }
}
