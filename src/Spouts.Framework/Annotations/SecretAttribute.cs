namespace Spouts;

/// <summary>
/// Has the worker given a Kubernetes secret (<c>transform.secrets</c>), by reference: the value is in no image and no spec. Set
/// either <see cref="Environment"/> and <see cref="Key"/>, or <see cref="MountPath"/>.
/// </summary>
/// <param name="name">
/// The secret's name, in the namespace of Pachyderm. It must exist before the pipeline is created:
/// <c>pachctl create secret -f</c>.
/// </param>
/// <remarks>
/// On a laptop the developer's own environment takes its place: the variable, or the same name in the program's configuration
/// (such as <c>dotnet user-secrets</c>).
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class SecretAttribute(string name) : Attribute
{
    /// <summary>The secret's name.</summary>
    public string Name { get; } = name;

    /// <summary>The key in the secret whose value becomes the variable.</summary>
    public string? Key { get; set; }

    /// <summary>The environment variable that gets the value.</summary>
    public string? Environment { get; set; }

    /// <summary>The folder that gets a file for each key of the secret, such as <c>"/secrets/tls"</c>.</summary>
    public string? MountPath { get; set; }
}
