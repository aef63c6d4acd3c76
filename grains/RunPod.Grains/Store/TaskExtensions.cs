namespace RunPod.Grains.Store;

internal static class TaskExtensions
{
    extension(Task task)
    {
        /// <summary>Whether it has ended without a result: one that is kept for others is not to be kept then. A call can end as cancelled, too.</summary>
        public bool HasFailed => task.IsFaulted || task.IsCanceled;
    }
}
