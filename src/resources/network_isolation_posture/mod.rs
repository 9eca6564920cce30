//! `azureai_network_isolation_posture`, the data source

use crate::assessment::finding::Finding;
use crate::assessment::isolation::dns::Proof;
use crate::assessment::isolation::posture::{self, Member, MemberConnection, Posture, Wish};
use crate::assessment::isolation::telemetry::{Scope, Telemetry};
use crate::assessment::reader::{Read, Reader};
use crate::codes::Evidence;
use crate::config::defaults::Defaults;
use crate::engine::data_source::ArmDataSource;
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, VIRTUAL_NETWORK, WORKSPACE};
use crate::private_link::workspaces::is_project;
use crate::resources::common::perimeter::PerimeterView;
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use std::collections::BTreeSet;

/// Judges how isolated a workspace or Microsoft Foundry account is: whether it and the resources
/// that it works with are closed to the public, whether private endpoints lead to each, and whether
/// every name leads there. Of a Foundry account, it also judges the network and capability hosts of
/// its agents, its keys, and the roles of its projects. The Reader role is enough; what may not be
/// seen counts as unverified, not as passed.
#[derive(Model, Clone, Debug)]
pub struct NetworkIsolationPosture {
    /// ID of the workspace (hub). Exactly one of `resource_id` and `workspace_id` is given.
    #[tf(check = validators::id_of(&[WORKSPACE.name]))]
    workspace_id: Option<String>,
    /// ID of the workspace (hub) or of the Foundry account.
    #[tf(check = validators::id_of(&[WORKSPACE.name, AI_SERVICES_ACCOUNT.name]))]
    resource_id: Option<String>,
    /// IDs of the virtual networks of the clients: zones must be linked to each. Without it, a link
    /// to any network will do.
    #[tf(check = validators::id_of(&[VIRTUAL_NETWORK.name]).each())]
    client_virtual_network_ids: Option<BTreeSet<String>>,
    /// `private`: nobody comes in publicly; or `hybrid`: the workspace or account may be public
    /// beside its private endpoints, and the resources that it works with may let selected networks
    /// in.
    #[tf(default = "private", check = validators::one_of(&["private", "hybrid"]))]
    expected: String,
    /// Whether the projects of the hub or account are listed too. They have its network.
    #[tf(default = false)]
    include_projects: bool,
    /// ID of the workspace or account.
    id: Computed<String>,
    /// Whether no finding is an error, and nothing is unverified.
    compliant: Computed<bool>,
    /// All of it in Markdown, fit for a pull request.
    summary: Computed<String>,
    /// The workspace or account, and the resources that it works with.
    resources: Computed<Vec<Resource>>,
    /// Where their telemetry goes: the Application Insights components that the workspace, or the
    /// connections of the account and its projects, name, and the Log Analytics workspaces behind.
    telemetry: Computed<Vec<TelemetryView>>,
    /// The names of the private endpoints.
    dns: Computed<Vec<PostureName>>,
    /// What is wrong.
    findings: Computed<Vec<PostureFinding>>,
}

/// The workspace or account, or a resource that it works with.
#[derive(Object, Clone, Debug)]
struct Resource {
    /// ID of the resource.
    id: String,
    /// Type of the resource.
    r#type: String,
    /// What it is to the workspace or account: `hub`, `account`, `storage`, `key_vault`,
    /// `container_registry`, `ai_services`, `search`, `cosmos_db`, `private_link_scope` or
    /// `project`.
    role: String,
    /// The flag; null where it may not be seen.
    public_network_access: Option<String>,
    /// What happens to whom no rule allows; null where there are no such rules.
    default_action: Option<String>,
    /// Who may pass the rules.
    bypass: Vec<String>,
    /// Who can reach it: `public`, `selected_networks`, `perimeter` or `private_only`.
    exposure: Option<String>,
    /// The network security perimeter that it is in; null where it is in none, or shows none.
    network_security_perimeter: Option<PerimeterView>,
    /// Its private endpoint connections.
    private_endpoint_connections: Vec<ResourceConnection>,
    /// Group IDs that are needed, and no private endpoint reaches.
    groups_missing: Vec<String>,
}

/// A private endpoint connection of a resource.
#[derive(Object, Clone, Debug)]
struct ResourceConnection {
    /// ID of the connection.
    id: String,
    /// ID of the private endpoint.
    private_endpoint_id: Option<String>,
    /// Group IDs that the endpoint reaches.
    group_ids: Vec<String>,
    /// `Approved`, `Pending`, `Rejected` or `Disconnected`.
    status: String,
}

/// What takes telemetry.
#[derive(Object, Clone, Debug)]
struct TelemetryView {
    /// ID of the component or Log Analytics workspace.
    id: String,
    /// Whether the public may send telemetry: `Enabled` or `Disabled`.
    public_network_access_for_ingestion: String,
    /// Whether the public may read it.
    public_network_access_for_query: String,
    /// The private link scopes of Azure Monitor that it is in.
    private_link_scopes: Vec<ScopeView>,
}

/// A private link scope of Azure Monitor.
#[derive(Object, Clone, Debug)]
struct ScopeView {
    /// ID of the scope.
    id: String,
    /// Whether the networks of its endpoints may send telemetry to what is not in it: `Open`, or
    /// `PrivateOnly`. Of several endpoints, what the most open one has; null where it may not be
    /// seen.
    ingestion_access_mode: Option<String>,
    /// Whether they may read there.
    query_access_mode: Option<String>,
}

/// A name of a private endpoint.
#[derive(Object, Clone, Debug)]
pub(super) struct PostureName {
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
struct PostureFinding {
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

impl ArmDataSource for NetworkIsolationPosture {
    const NAME: &'static str = "azureai_network_isolation_posture";

    fn read(&mut self, reader: &Reader, _defaults: &Defaults) -> Result<(), Diagnostics> {
        let (at, given) = match (&self.workspace_id, &self.resource_id) {
            (Some(id), _) => (CHOICE[0], id),
            (None, Some(id)) => (CHOICE[1], id),
            (None, None) => return Err(one_of_both("None is").into()),
        };
        let subject = validators::parse(given, at)?;
        reader.unless_failed(&format!("Judging the isolation of {:?}", subject.name()))?;
        let clients = self.client_virtual_network_ids.iter().flatten();
        let wish = Wish {
            subject: subject.clone(),
            clients: clients.filter_map(|id| ResourceId::parse(id).ok()).collect(),
            hybrid: self.expected == "hybrid",
            projects: self.include_projects,
        };
        if subject.is_type(WORKSPACE.name)
            && reader.object(&subject, WORKSPACE.api_version).value().is_some_and(is_project)
        {
            let detail =
                format!("A project has the network of its hub: set `{at}` to its `hub_id`.");
            let summary = format!("{:?} is a project", subject.name());
            return Err(Diagnostic::error(summary, detail).at(Path::of(at)).into());
        }
        let nothing = |why: &str| {
            let summary = format!("{:?} cannot be judged", subject.name());
            Diagnostic::error(summary, format!("{why}\n\nIt is {subject}.")).at(Path::of(at))
        };
        match posture::judge(reader, &wish) {
            Read::Found(posture) => self.show(&subject, &posture),
            Read::Pending => {}
            Read::Absent if subject.is_type(WORKSPACE.name) => {
                return Err(nothing("Azure has no such workspace.").into());
            }
            Read::Absent => return Err(nothing("Azure has no such account.").into()),
            Read::Hidden(why) => return Err(nothing(&why.to_string()).into()),
        }
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        let wrong = match CHOICE.map(|name| config.get(name)) {
            [Value::Null, Value::Null] => one_of_both("None is"),
            [Value::Null | Value::Unknown, _] | [_, Value::Null | Value::Unknown] => {
                return Diagnostics::new();
            }
            _ => one_of_both("Both are"),
        };
        wrong.into()
    }
}

/// The attributes that say what is judged.
const CHOICE: [&str; 2] = ["workspace_id", "resource_id"];

fn one_of_both(given: &str) -> Diagnostic {
    let summary = "What is judged is said by exactly one attribute";
    let detail = format!(
        "{given} given. Set `resource_id` to the ID of a workspace (hub) or Foundry account, or \
         `workspace_id` to that of a workspace."
    );
    Diagnostic::error(summary, detail).at(Path::of(CHOICE[1]))
}

impl NetworkIsolationPosture {
    fn show(&mut self, subject: &ResourceId, posture: &Posture) {
        self.id.set(subject.as_str().to_owned());
        self.compliant.set(posture.is_compliant());
        self.summary.set(posture::summary(subject, posture));
        self.resources.set(posture.members.iter().map(Resource::from).collect::<Vec<_>>());
        let telemetry = posture.telemetry.iter().map(TelemetryView::from);
        self.telemetry.set(telemetry.collect::<Vec<_>>());
        self.dns.set(posture.names.iter().map(PostureName::from).collect::<Vec<_>>());
        self.findings.set(posture.findings.iter().map(PostureFinding::from).collect::<Vec<_>>());
    }
}

impl From<&Member> for Resource {
    fn from(member: &Member) -> Self {
        let access = member.access.as_ref();
        let connections =
            member.connections.iter().map(|MemberConnection { connection, groups }| {
                ResourceConnection {
                    id: connection.id.clone(),
                    private_endpoint_id: connection.endpoint.as_ref().map(ToString::to_string),
                    group_ids: groups.clone(),
                    status: connection.status.clone(),
                }
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
            network_security_perimeter: access.and_then(|it| PerimeterView::of(&it.perimeters)),
            private_endpoint_connections: connections.collect(),
            groups_missing: member.missing.iter().map(|it| (*it).to_owned()).collect(),
        }
    }
}

impl From<&Telemetry> for TelemetryView {
    fn from(Telemetry { id, ingestion, query, scopes }: &Telemetry) -> Self {
        let scope = |it: &Scope| ScopeView {
            id: it.id.to_string(),
            ingestion_access_mode: it.ingestion.clone(),
            query_access_mode: it.query.clone(),
        };
        Self {
            id: id.to_string(),
            public_network_access_for_ingestion: ingestion.clone(),
            public_network_access_for_query: query.clone(),
            private_link_scopes: scopes.iter().map(scope).collect(),
        }
    }
}

impl From<&Finding> for PostureFinding {
    fn from(finding: &Finding) -> Self {
        Self {
            code: finding.code.rule().name.to_owned(),
            severity: finding.level().word().to_owned(),
            resource_id: finding.resource().map(ToString::to_string).unwrap_or_default(),
            message: finding.message.clone(),
            remediation_hcl: finding.hcl(),
            evidence: finding.code.evidence().map_or("", Evidence::word).to_owned(),
        }
    }
}

impl From<&Proof> for PostureName {
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
