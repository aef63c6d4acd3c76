using System.Reflection;
using Xunit.Sdk;

namespace RunPod.Tests.Support;

/// <summary>
/// The stores under a theory. That a kill loses nothing and a retention leaves nothing is asked of both in every run; what only needs a store that works
/// runs on the embedded one, and on Redis too in the full run.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StoresAttribute : DataAttribute
{
    /// <summary>Whether it must hold on both in every run.</summary>
    public bool Both { get; init; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        Both || FullRun.IsOn ? [[StoreKind.Embedded], [StoreKind.Redis]] : [[StoreKind.Embedded]];
}
