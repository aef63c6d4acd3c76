namespace RunPod.Silo;

/// <summary>What a process does. Setting <c>Roles</c>: <c>frontend</c>, <c>worker</c>, or both separated by a comma, which is the default.</summary>
[Flags]
internal enum SiloRoles
{
    /// <summary>Serves the HTTP API.</summary>
    Frontend = 1,

    /// <summary>Runs models on its devices.</summary>
    Worker = 2,
}
