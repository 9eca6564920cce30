//! `azureai_network_isolation_posture`, the data source

use crate::check;
use crate::isolation::dns::Proof;
use crate::isolation::posture::{self, Member, Posture, Wish};
use crate::isolation::workspace;
use crate::lookup::ArmSurvey;
use crate::survey::{Sight, Survey};
use azure::id::ResourceId;
use plugin::diagnostic::Diagnostic;
use plugin::field::Computed;
use plugin::model::{Model, Object};
use plugin::path::Path;
use std::collections::BTreeSet;

/// Judges how isolated a workspace is: whether it and the resources that it works with are closed
/// to the public, whether private endpoints lead to each, and whether every name leads there. The
/// Reader role is enough; what may not be seen counts as unverified, not as passed.
#[derive(Model, Clone, Debug)]
pub struct NetworkIsolationPosture {
    /// ID of the workspace (hub).
    #[tf(check = check::id_of(&[workspace::TYPE]))]
    workspace_id: String,
    /// IDs of the virtual networks of the clients: zones must be linked to each. Without it, a link
    /// to any network will do.
    #[tf(check = check::id_of(&["Microsoft.Network/virtualNetworks"]).each())]
    client_virtual_network_ids: Option<BTreeSet<String>>,
    /// `private`: nobody comes in publicly; or `hybrid`: the workspace may be public beside its
    /// private endpoints, and the resources that it works with may let selected networks in.
    #[tf(default = "private", check = check::one_of(&["private", "hybrid"]))]
    expected: String,
    /// Whether the projects of the hub are listed too. They have the network of their hub.
    #[tf(default = false)]
    include_projects: bool,
    /// ID of the workspace.
    id: Computed<String>,
    /// Whether no finding is an error, and nothing is unverified.
    compliant: Computed<bool>,
    /// All of it in Markdown, fit for a pull request.
    summary: Computed<String>,
    /// The workspace and the resources that it works with.
    resources: Computed<Vec<Resource>>,
    /// The names of the private endpoints.
    dns: Computed<Vec<Name>>,
    /// What is wrong.
    findings: Computed<Vec<Finding>>,
}

/// A resource of the workspace.
#[derive(Object, Clone, Debug)]
struct Resource {
    /// ID of the resource.
    id: String,
    /// Type of the resource.
    r#type: String,
    /// What it is to the workspace: `hub`, `storage`, `key_vault`, `container_registry`,
    /// `ai_services`, `search` or `project`.
    role: String,
    /// The flag; null where it may not be seen.
    public_network_access: Option<String>,
    /// What happens to whom no rule allows; null where there are no such rules.
    default_action: Option<String>,
    /// Who may pass the rules.
    bypass: Vec<String>,
    /// Who can reach it: `public`, `selected_networks`, `perimeter` or `private_only`.
    exposure: Option<String>,
    /// Its private endpoint connections.
    private_endpoint_connections: Vec<Connection>,
    /// Group IDs that the workspace needs, and no private endpoint reaches.
    groups_missing: Vec<String>,
}

/// A private endpoint connection of a resource.
#[derive(Object, Clone, Debug)]
struct Connection {
    /// ID of the connection.
    id: String,
    /// ID of the private endpoint.
    private_endpoint_id: Option<String>,
    /// Group IDs that the endpoint reaches.
    group_ids: Vec<String>,
    /// `Approved`, `Pending`, `Rejected` or `Disconnected`.
    status: String,
}

/// A name of a private endpoint.
#[derive(Object, Clone, Debug)]
pub(super) struct Name {
    /// The name.
    fqdn: String,
    /// The addresses that it must lead to.
    expected_ips: Vec<String>,
    /// ID of the private DNS zone that answers for it; null where there is none.
    zone_id: Option<String>,
    /// Name of the record in the zone.
    record_name: String,
    /// The addresses that the record has.
    record_ips: Vec<String>,
    /// IDs of the networks that the zone is linked to.
    linked_vnet_ids: Vec<String>,
    /// `proven`, `zone_missing`, `unlinked`, `record_missing`, `record_stale` or `unverified`.
    pub(super) status: String,
}

/// Something that is wrong.
#[derive(Object, Clone, Debug)]
struct Finding {
    /// Code of the finding, such as `AAI101`.
    code: String,
    /// `error` or `warning`.
    severity: String,
    /// ID of the resource that it is about.
    resource_id: String,
    /// What is wrong.
    message: String,
    /// Configuration that mends it, to be pasted.
    remediation_hcl: String,
    /// What it rests on: `declared` is what Azure publishes about private link, `arm` what Azure
    /// shows of the resource, `dns` the records and links of zones, and `unverified` means that it
    /// may not be seen.
    evidence: String,
}

impl ArmSurvey for NetworkIsolationPosture {
    const NAME: &'static str = "azureai_network_isolation_posture";
    const DOING: &'static str = "Judging the isolation of a workspace";

    fn judge(&mut self, survey: &Survey) -> Result<(), Diagnostic> {
        let workspace = check::parse(&self.workspace_id, "workspace_id")?;
        let clients = self.client_virtual_network_ids.iter().flatten();
        let wish = Wish {
            workspace: workspace.clone(),
            clients: clients.filter_map(|id| ResourceId::parse(id).ok()).collect(),
            hybrid: self.expected == "hybrid",
            projects: self.include_projects,
        };
        let kind = survey.object(&workspace, workspace::API).map(|it| it["kind"].clone()).seen();
        if kind.is_some_and(|it| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case("project"))) {
            let detail =
                "A project has the network of its hub: set `workspace_id` to its `hub_id`.";
            let summary = format!("{:?} is a project", workspace.name());
            return Err(Diagnostic::error(summary, detail).at(Path::of("workspace_id")));
        }
        match posture::judge(survey, &wish) {
            Sight::Seen(posture) => self.show(&workspace, &posture),
            Sight::Unseen => {}
            Sight::Absent => return Err(nothing(&workspace, "Azure has no such workspace.")),
            Sight::Hidden(why) => return Err(nothing(&workspace, &why)),
        }
        Ok(())
    }
}

impl NetworkIsolationPosture {
    fn show(&mut self, workspace: &ResourceId, posture: &Posture) {
        self.id.set(workspace.as_str().to_owned());
        self.compliant.set(posture.is_compliant());
        self.summary.set(posture::summary(workspace, posture));
        self.resources.set(posture.members.iter().map(Resource::from).collect::<Vec<_>>());
        self.dns.set(posture.names.iter().map(Name::from).collect::<Vec<_>>());
        let findings = posture.findings.iter().map(|it| Finding {
            code: it.code.to_owned(),
            severity: it.severity.word().to_owned(),
            resource_id: it.resource.to_string(),
            message: it.message.clone(),
            remediation_hcl: it.mend.clone(),
            evidence: it.evidence.word().to_owned(),
        });
        self.findings.set(findings.collect::<Vec<_>>());
    }
}

fn nothing(workspace: &ResourceId, why: &str) -> Diagnostic {
    let summary = format!("Workspace {:?} cannot be judged", workspace.name());
    Diagnostic::error(summary, format!("{why}\n\nIt is {workspace}.")).at(Path::of("workspace_id"))
}

impl From<&Member> for Resource {
    fn from(member: &Member) -> Self {
        let access = member.access.as_ref();
        let connections = member.connections.iter().map(|(connection, groups)| Connection {
            id: connection.id.clone(),
            private_endpoint_id: connection.endpoint.as_ref().map(ToString::to_string),
            group_ids: groups.clone(),
            status: connection.status.clone(),
        });
        let bypass = access.and_then(|it| it.bypass.clone()).unwrap_or_default();
        Self {
            id: member.id.to_string(),
            r#type: member.id.resource_type(),
            role: member.role.word.to_owned(),
            public_network_access: access.map(|it| it.flag.clone()),
            default_action: access.and_then(|it| it.default_action.clone()),
            bypass: bypass.into_iter().collect(),
            exposure: access.map(|it| it.exposure.to_owned()),
            private_endpoint_connections: connections.collect(),
            groups_missing: member.missing.iter().map(|it| (*it).to_owned()).collect(),
        }
    }
}

impl From<&Proof> for Name {
    fn from(proof: &Proof) -> Self {
        Self {
            fqdn: proof.needed.fqdn.clone(),
            expected_ips: proof.needed.addresses.clone(),
            zone_id: proof.zone.as_ref().map(ToString::to_string),
            record_name: proof.needed.record.clone(),
            record_ips: proof.found.clone().unwrap_or_default(),
            linked_vnet_ids: proof.linked.clone(),
            status: proof.status.word().to_owned(),
        }
    }
}
