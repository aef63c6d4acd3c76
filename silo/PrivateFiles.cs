namespace RunPod.Silo;

/// <summary>Folders and files that hold what only this user may read.</summary>
internal static partial class PrivateFiles
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder, and the one that it is in, for this user alone. One of ours from before, which others could read, is tightened.</summary>
    /// <param name="path">A folder in which nothing is but what this program makes; what lies above it is left as it is found.</param>
    /// <param name="logger">Told what was tightened.</param>
    public static void EnsureFolder(string path, ILogger logger)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!, FolderMode);
        Directory.CreateDirectory(path, FolderMode);
        var mode = File.GetUnixFileMode(path);
        if ((mode & ~FolderMode) == 0)
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(path, FolderMode);
            LogTightened(logger, path, Octal(mode));
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's, such as a volume's.
            LogOpen(logger, path, Octal(mode));
        }
    }

    /// <summary>A new file for this user alone, in place of one that may be there.</summary>
    public static FileStream Create(string path)
    {
        File.Delete(path);
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, creation);
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The folder {Folder} was open to other users of this machine (mode {Mode}); it is this user's alone now")]
    private static partial void LogTightened(ILogger logger, string folder, string mode);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The folder {Folder} is open to other users of this machine (mode {Mode}) and belongs to another user, so that it stays so. Make this user its owner, or take the others' rights away")]
    private static partial void LogOpen(ILogger logger, string folder, string mode);
}
