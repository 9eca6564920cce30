//! The data source `azureai_network_isolation_posture`.

use crate::assessment::finding::Finding;
use crate::assessment::isolation::dns::Proof;
use crate::assessment::isolation::posture::{self, Member, MemberConnection, Posture, Wish};
use crate::assessment::isolation::telemetry::{Scope, Telemetry};
use crate::codes::Evidence;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, VIRTUAL_NETWORK, WORKSPACE};
use crate::private_link::workspaces::is_project;
use crate::resources::common::perimeter::PerimeterView;
use std::collections::BTreeSet;

/// Judges the network isolation of a workspace (hub) or Microsoft Foundry account.
///
/// A posture covers the workspace or account and the resources that it works with: whether the
/// internet can reach them, whether each has a private endpoint, and whether each name resolves to
/// its private endpoint. For a Foundry account, a posture also covers the network and capability
/// hosts of its agents, its keys, and the roles of its projects.
///
/// The Reader role suffices. What the identity cannot read is unverified, and then `compliant` is
/// `false`.
#[derive(Model, Clone, Debug)]
pub struct NetworkIsolationPosture {
    /// ID of the workspace (hub). Exactly one of `workspace_id` and `resource_id` must be set.
    #[tf(check = validators::id_of(&[WORKSPACE.name]))]
    workspace_id: Option<String>,
    /// ID of the workspace (hub) or Foundry account. Exactly one of `workspace_id` and
    /// `resource_id` must be set.
    #[tf(check = validators::id_of(&[WORKSPACE.name, AI_SERVICES_ACCOUNT.name]))]
    resource_id: Option<String>,
    /// IDs of the virtual networks of the clients. Each zone must be linked to each of them. If
    /// omitted, a link to any network suffices.
    #[tf(check = validators::id_of(&[VIRTUAL_NETWORK.name]).each())]
    client_virtual_network_ids: Option<BTreeSet<String>>,
    /// Access that is expected. Possible values are `private`, which allows no public access, and
    /// `hybrid`, which allows the workspace or account to be public beside its private endpoints,
    /// and the resources that it works with to allow selected networks.
    #[tf(default = "private", check = validators::one_of(&["private", "hybrid"]))]
    expected: String,
    /// If `true`, includes the projects of the hub or account, which use its network.
    #[tf(default = false)]
    include_projects: bool,
    /// ID of the workspace or account.
    id: Computed<String>,
    /// If `true`, no finding is an error, and nothing is unverified.
    compliant: Computed<bool>,
    /// Summary of the posture in Markdown, for the comment of a pull request.
    summary: Computed<String>,
    /// Diagram of the posture: a Mermaid flowchart, which GitHub renders in a fenced `mermaid`
    /// block of a comment or page. It shows virtual networks with their subnets and private
    /// endpoints, the resources that the endpoints connect to, private DNS zones with their links,
    /// and the managed network. Red is what the internet can reach, amber what selected networks
    /// can reach or what does not work, green what only private endpoints can reach, and gray and
    /// dashed what is unverified. The diagram of a large posture counts what it does not show.
    diagram: Computed<String>,
    /// The workspace or account, and the resources that it works with.
    resources: Computed<Vec<Resource>>,
    /// Destinations of telemetry: the Application Insights components of the workspace, or of the
    /// connections of the account and its projects, and their Log Analytics workspaces.
    telemetry: Computed<Vec<TelemetryView>>,
    /// Names of the private endpoints.
    dns: Computed<Vec<PostureName>>,
    /// Findings, each with a code and with configuration that fixes it.
    findings: Computed<Vec<PostureFinding>>,
}

/// The workspace or account, or a resource that it works with.
#[derive(Object, Clone, Debug)]
struct Resource {
    /// ID of the resource.
    id: String,
    /// Type of the resource.
    r#type: String,
    /// Role of the resource for the workspace or account: `hub`, `account`, `storage`, `key_vault`,
    /// `container_registry`, `ai_services`, `search`, `cosmos_db`, `private_link_scope` or
    /// `project`.
    role: String,
    /// Public network access: `Enabled`, `Disabled` or `SecuredByPerimeter`. Null if the resource
    /// has no such property, or if the property cannot be read.
    public_network_access: Option<String>,
    /// Action for requests that no network rule allows: `Allow` or `Deny`. Null if the resource has
    /// no such rules.
    default_action: Option<String>,
    /// Azure services that bypass the network rules.
    bypass: Vec<String>,
    /// Who can reach the resource: `public`, `selected_networks`, `perimeter` or `private_only`.
    exposure: Option<String>,
    /// Network security perimeter of the resource. Null if the resource is in none, or if its type
    /// returns none.
    network_security_perimeter: Option<PerimeterView>,
    /// Private endpoint connections of the resource.
    private_endpoint_connections: Vec<ResourceConnection>,
    /// Group IDs that clients need and that no private endpoint reaches.
    groups_missing: Vec<String>,
}

/// A private endpoint connection of a resource.
#[derive(Object, Clone, Debug)]
struct ResourceConnection {
    /// ID of the connection.
    id: String,
    /// ID of the private endpoint.
    private_endpoint_id: Option<String>,
    /// Group IDs that the private endpoint reaches.
    group_ids: Vec<String>,
    /// State of the connection: `Approved`, `Pending`, `Rejected` or `Disconnected`.
    status: String,
}

/// A destination of telemetry.
#[derive(Object, Clone, Debug)]
struct TelemetryView {
    /// ID of the component or Log Analytics workspace.
    id: String,
    /// Access of the internet to send telemetry: `Enabled` or `Disabled`.
    public_network_access_for_ingestion: String,
    /// Access of the internet to read telemetry: `Enabled` or `Disabled`.
    public_network_access_for_query: String,
    /// Azure Monitor private link scopes (AMPLS) that the component or workspace is in.
    private_link_scopes: Vec<ScopeView>,
}

/// A private link scope of Azure Monitor.
#[derive(Object, Clone, Debug)]
struct ScopeView {
    /// ID of the scope.
    id: String,
    /// Access mode for sending telemetry: `Open`, which lets the networks of the scope's endpoints
    /// send to any resource of Azure Monitor, or `PrivateOnly`, which restricts them to the scope.
    /// For several endpoints, the most open mode. Null if the scope cannot be read.
    ingestion_access_mode: Option<String>,
    /// Access mode for reading telemetry: `Open` or `PrivateOnly`. Null if the scope cannot be
    /// read.
    query_access_mode: Option<String>,
}

/// A name of a private endpoint.
#[derive(Object, Clone, Debug)]
pub(super) struct PostureName {
    /// Fully qualified domain name.
    fqdn: String,
    /// Addresses that the name must resolve to.
    expected_ips: Vec<String>,
    /// ID of the private DNS zone that answers for the name. Null if there is no such zone.
    zone_id: Option<String>,
    /// Name of the record in the zone.
    record_name: String,
    /// Addresses of the record.
    record_ips: Vec<String>,
    /// IDs of the virtual networks that the zone is linked to.
    linked_vnet_ids: Vec<String>,
    /// Result of the check: `proven`, `zone_missing`, `unlinked`, `record_missing`, `record_stale`
    /// or `unverified`.
    pub(super) status: String,
}

/// A finding.
#[derive(Object, Clone, Debug)]
struct PostureFinding {
    /// Code of the finding, such as `AAI101`.
    code: String,
    /// Severity of the finding: `error` or `warning`.
    severity: String,
    /// ID of the resource with the finding.
    resource_id: String,
    /// Description of the problem.
    message: String,
    /// Configuration that fixes the problem. Complete the parts in capitals.
    remediation_hcl: String,
    /// Evidence of the finding: `declared` for what Azure publishes about private link, `arm` for
    /// what Azure Resource Manager shows of the resource, `dns` for the records and links of zones,
    /// and `unverified` for an object that the identity cannot read.
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
            let detail = format!(
                "A project uses the network of its hub. Set `{at}` to the project's `hub_id`."
            );
            let summary = format!("{:?} is a project", subject.name());
            return Err(Diagnostic::error(summary, detail).at(Path::of(at)).into());
        }
        let nothing = |why: &str| {
            let summary = format!("The isolation of {:?} cannot be judged", subject.name());
            Diagnostic::error(summary, format!("{why}\n\nThe ID is {subject}.")).at(Path::of(at))
        };
        match posture::judge(reader, &wish) {
            Read::Found(posture) => self.show(&wish, &posture),
            Read::Pending => {}
            Read::Absent if subject.is_type(WORKSPACE.name) => {
                return Err(nothing("The workspace does not exist. Check its ID.").into());
            }
            Read::Absent => return Err(nothing("The account does not exist. Check its ID.").into()),
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

/// The attributes that name the workspace or account.
const CHOICE: [&str; 2] = ["workspace_id", "resource_id"];

fn one_of_both(given: &str) -> Diagnostic {
    let summary = "Exactly one of `resource_id` and `workspace_id` is required";
    let detail = format!(
        "{given} set. Set `resource_id` to the ID of a workspace (hub) or Foundry account, or \
         `workspace_id` to the ID of a workspace."
    );
    Diagnostic::error(summary, detail).at(Path::of(CHOICE[1]))
}

impl NetworkIsolationPosture {
    fn show(&mut self, wish: &Wish, posture: &Posture) {
        let subject = &wish.subject;
        self.id.set(subject.as_str().to_owned());
        self.compliant.set(posture.is_compliant());
        self.summary.set(posture::summary(subject, posture));
        self.diagram.set(posture::diagram(wish, posture));
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
            member.connections.iter().map(|MemberConnection { connection, groups, .. }| {
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
