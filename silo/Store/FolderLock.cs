using System.Globalization;

namespace RunPod.Silo.Store;

/// <summary>Keeps a second process out of a data folder. The operating system releases it however the process ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file)
    {
        _file = file;
    }

    /// <summary>Takes the lock or throws a <see cref="StoreException"/> that names the folder and its holder.</summary>
    public static FolderLock Take(string folder, ILogger logger)
    {
        // The lock itself is unreadable while held, so the holder's id lies beside it.
        var holder = Path.Combine(folder, "lock.pid");
        FileStream file;
        try
        {
            PrivateFiles.EnsureFolder(folder, logger);
            file = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreException($"The data folder '{folder}' cannot be written by this user. Give it write access or set Store:DataFolder to another folder.", e);
        }
        catch (IOException e) when (Directory.Exists(folder))
        {
            throw new StoreException(
                $"The data folder '{folder}' is in use by {DescribeHolder(holder)}. Stop that process, set Store:DataFolder to another folder, or share one Redis server between processes with ConnectionStrings:redis.", e);
        }
        catch (IOException e)
        {
            throw new StoreException($"The data folder '{folder}' cannot be created: {e.Message} Set Store:DataFolder to another folder.", e);
        }

        try
        {
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw new StoreException($"The data folder '{folder}' cannot be written: {e.Message}", e);
        }

        return new FolderLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static string DescribeHolder(string path)
    {
        try
        {
            return $"process {File.ReadAllText(path)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
