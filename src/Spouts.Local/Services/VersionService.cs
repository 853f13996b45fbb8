using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Spouts.Pachyderm.Protos.Version;

namespace Spouts.Local.Services;

/// <summary><c>versionpb_v2.API</c>: the version of Pachyderm whose behaviour this is.</summary>
internal sealed class VersionService : API.APIBase
{
    public override Task<Pachyderm.Protos.Version.Version> GetVersion(Empty request, ServerCallContext context)
        => Task.FromResult(new Pachyderm.Protos.Version.Version { Major = 2, Minor = 12, Micro = 0, Additional = "", Platform = "local" });
}
