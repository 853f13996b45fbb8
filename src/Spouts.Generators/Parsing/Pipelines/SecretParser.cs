using Microsoft.CodeAnalysis;
using Spouts.Generators.Diagnostics;
using Spouts.Generators.Grammar;
using Spouts.Generators.Models;
using Spouts.Generators.Models.Pipelines;
using Spouts.Generators.Symbols;

namespace Spouts.Generators.Parsing.Pipelines;

/// <summary>Reads the <c>[Secret]</c>s of a spout.</summary>
internal sealed class SecretParser(Mistakes mistakes, CancellationToken cancellation)
{
    private readonly HashSet<string> _mounted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> _variables = new(StringComparer.Ordinal);

    public EquatableArray<SecretModel> Parse(IEnumerable<AttributeData> secrets) =>
        new(secrets.Select(Secret).OfType<SecretModel>());

    private SecretModel? Secret(AttributeData attribute)
    {
        if (!attribute.TryGetText(out string name))
            return null;
        SecretModel secret = new(name, attribute.Text("Key"), attribute.Text("Environment"), attribute.Text("MountPath"));
        if (!KubernetesNames.IsSubdomain(name))
            Report(attribute, null, name, "Kubernetes has no secret of such a name; use lower-case letters, digits, and inner '-' and '.'");
        if ((secret.Environment is null) != (secret.Key is null) || (secret.Environment is null && secret.MountPath is null))
            Report(attribute, "", name, "nothing says where its value goes; set Environment and Key, or MountPath");
        if (secret.Key is { } key && !KubernetesNames.IsSecretKey(key))
            Report(attribute, "Key", name, $"'{key}' is no key of a secret; use letters, digits, '-', '_' and '.'");
        if (secret.Environment is { } variable)
            CheckVariable(attribute, name, variable);
        if (secret.MountPath is { } path)
            CheckMount(attribute, name, path);
        return secret;
    }

    private void CheckVariable(AttributeData attribute, string name, string variable)
    {
        if (!KubernetesNames.IsVariable(variable))
            Report(attribute, "Environment", name, $"'{variable}' is no name of a variable; use letters, digits and '_'");
        else if (WorkerPod.HasVariable(variable))
            mistakes.Add(Rules.TakenVariable, attribute.Place("Environment", cancellation), variable);
        else if (!_variables.Add(variable))
            Report(attribute, "Environment", name, $"the variable '{variable}' has the value of another one already; give it another name");
    }

    private void CheckMount(AttributeData attribute, string name, string path)
    {
        if (path is not ['/', ..] || path.IndexOf(':') >= 0 || path.Split('/').Any(static element => element is "." or ".."))
            Report(attribute, "MountPath", name, $"'{path}' is no folder to mount it in; use an absolute path without ':', '.' and '..'");
        else if (WorkerPod.HasFolder(path.Length == 1 ? path : path.TrimEnd('/')))
            Report(attribute, "MountPath", name, $"'{path}' is a folder of the worker itself; use another one, such as \"/secrets/{name}\"");
        else if (!_folders.Add(path.TrimEnd('/')))
            Report(attribute, "MountPath", name, $"another one is mounted in '{path}' already; give it a folder of its own");

        // A mounted secret is a volume of the pod, which is named after it.
        if (!_mounted.Add(name))
            mistakes.Add(Rules.SecretMountedTwice, attribute.Place(null, cancellation), name);
        else if (KubernetesNames.IsSubdomain(name) && !KubernetesNames.IsLabel(name))
            Report(attribute, null, name, "the volume of a mounted secret has its name, which then has no '.' and at most 63 characters");
    }

    private void Report(AttributeData attribute, string? argument, string secret, string problem) =>
        mistakes.Add(Rules.IllegalSecret, attribute.Place(argument, cancellation), secret, problem);
}
