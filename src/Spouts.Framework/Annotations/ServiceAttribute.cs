namespace Spouts;

/// <summary>
/// Gives a spout that listens a Kubernetes service (<c>spout.service</c>), so that others can send to it. Its source is a
/// <see cref="StreamAttribute"/> method that accepts connections and answers a sender only when
/// <see cref="SpoutFile.OnCommitted"/> says that its data is durable.
/// </summary>
/// <param name="port">
/// The port that the program listens on. Pachyderm itself has taken 1080, 1600, 1653, 9090 and 9091 of the worker's pod.
/// </param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ServiceAttribute(int port) : Attribute
{
    /// <summary>The port that the program listens on.</summary>
    public int Port { get; } = port;

    /// <summary>
    /// The port that others send to; the same one unless set. With <see cref="ServiceType.NodePort"/> it must be set, to one
    /// from 30000 to 32767.
    /// </summary>
    public int ExternalPort { get; set; }

    /// <summary>Where the service can be reached from.</summary>
    public ServiceType Type { get; set; } = ServiceType.ClusterIP;
}
