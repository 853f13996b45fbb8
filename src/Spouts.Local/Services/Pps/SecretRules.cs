using Spouts.Local.Core;
using Spouts.Pachyderm.Protos.Pps;

namespace Spouts.Local.Services;

/// <summary>What a spec may say about secrets. The local pachd keeps none, so any that is named is missing.</summary>
internal static class SecretRules
{
    public static void Check(CreatePipelineRequest spec)
    {
        foreach (SecretMount secret in spec.Transform?.Secrets ?? [])
        {
            if (secret.EnvVar.Length > 0 && secret.Key.Length == 0)
                throw new PachException($"secret {secret.Name} has env_var set but is missing key");
            throw new PachException($"missing Kubernetes secret {secret.Name}");
        }
    }
}
