using Grpc.Core;
using Spouts.Local.Core;
using Spouts.Local.Core.Metadata;
using Spouts.Local.Store;
using Spouts.Pachyderm.Protos.Admin;

namespace Spouts.Local.Services;

/// <summary><c>admin_v2.API</c>: what every client asks first.</summary>
internal sealed class AdminService(Pachd pachd) : API.APIBase
{
    public override Task<ClusterInfo> InspectCluster(InspectClusterRequest request, ServerCallContext context)
    {
        ClusterInfo info = new()
        {
            Id = pachd.Read(Identity.Of),
            WarningsOk = true,
            WebResources = new WebResource
            {
                ArchiveDownloadBaseUrl = "/archive/",
                CreatePipelineRequestJsonSchemaUrl =
                    "https://raw.githubusercontent.com/pachyderm/pachyderm/master/src/internal/jsonschema/pps_v2/CreatePipelineRequest.schema.json",
            },
        };
        if (request.ClientVersion is null)
        {
            info.Warnings.Add(
                "WARNING: The client used to connect to Pachyderm did not send its version, which means that it is likely too old.  Please upgrade it.");
        }

        if (request.CurrentProject is { } project && pachd.Read(tx => tx.Project(project.Name)) is null)
        {
            info.Warnings.Add(
                $"WARNING: Could not inspect project \"{project.Name}\": error getting project \"{project.Name}\": get project by name: project \"{project.Name}\" not found");
        }

        return Task.FromResult(info);
    }
}
