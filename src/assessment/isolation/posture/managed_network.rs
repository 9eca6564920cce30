//! Judges the managed network of a hub or Foundry account: its status, and whether its outbound
//! rules lead to the resources that the hub or account works with.

use super::Member;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{AgentNetwork, agent_network};
use crate::assessment::isolation::remediation;
use crate::assessment::managed_network::{self, APPROVED, MODES};
use crate::assessment::reader::{Read, Reader};
use crate::codes::Code;
use azure::id::ResourceId;
use serde_json::Value as Json;

/// Judges the managed network of the hub or account with that body, given the resources that the
/// hub or account works with. Without a managed network there is no finding.
pub(super) fn judge(
    reader: &Reader,
    id: &ResourceId,
    body: &Json,
    members: &[Member],
    findings: &mut Vec<Finding>,
) {
    let Some(shown) = shown(reader, id, body) else { return };
    match shown {
        Read::Pending => {}
        Read::Hidden(why) => {
            let what = format!("the managed network of {}", id.name());
            findings.push(Finding::unverified(id, &what, &why));
        }
        Read::Absent => {
            let message = format!("the managed network of {} does not exist", id.name());
            let fix = remediation::managed_network(id, APPROVED);
            findings.push(Finding::of(Code::ManagedNetwork, id, message).fixed_by([fix]));
        }
        Read::Found(body) => {
            let network = managed_network::network(body);
            if !managed_network::mode(network).eq_ignore_ascii_case(MODES[0]) {
                Network { id, network }.judge(members, findings);
            }
        }
    }
}

/// Returns the object that shows the managed network; `None` if there is no such network.
fn shown<'r>(reader: &'r Reader, id: &ResourceId, body: &'r Json) -> Option<Read<&'r Json>> {
    if managed_network::is_property(id) {
        return Some(Read::Found(body));
    }
    let (object, api_version) = managed_network::object(id);
    let managed = agent_network(body) == AgentNetwork::Managed;
    managed.then(|| reader.object(&object, api_version))
}

/// A managed network that is switched on.
#[derive(Clone, Debug, Default)]
pub struct ManagedNetwork {
    /// Isolation mode.
    pub mode: String,
    /// Status, such as `Active` or `Inactive`.
    pub status: String,
    /// Outbound rules, sorted by name.
    pub rules: Vec<OutboundRule>,
}

/// An outbound rule of a managed network.
#[derive(Clone, Debug)]
pub struct OutboundRule {
    /// Name.
    pub name: String,
    /// ID of the resource that the rule leads to; `None` for a rule to a name or service tag.
    pub target: Option<ResourceId>,
    /// Group ID that the rule leads to; empty for a rule to a name or service tag.
    pub group: String,
    /// Status, such as `Active` or `Inactive`.
    pub status: String,
}

impl ManagedNetwork {
    /// Reads the managed network of a hub or account with that body. `None` if it has none, if the
    /// network is disabled, or if it cannot be read.
    pub(super) fn see(reader: &Reader, id: &ResourceId, body: &Json) -> Option<Self> {
        let network = managed_network::network(shown(reader, id, body)?.found()?);
        let mode = managed_network::mode(network);
        let rules = network["outboundRules"].as_object().into_iter().flatten();
        let mut rules: Vec<_> = rules.map(|(name, rule)| OutboundRule::of(name, rule)).collect();
        rules.sort_by(|left, right| left.name.cmp(&right.name));
        let status = network["status"]["status"].as_str().unwrap_or("Inactive").to_owned();
        let is_on = !mode.eq_ignore_ascii_case(MODES[0]);
        is_on.then(|| Self { mode: mode.to_owned(), status, rules })
    }

    /// Returns `true` if an outbound rule has that name. The private endpoints that Azure creates
    /// for the rules, in a subscription of Microsoft's, have the same names (reported of a hub).
    pub(super) fn has_rule(&self, name: &str) -> bool {
        self.rules.iter().any(|rule| rule.name.eq_ignore_ascii_case(name))
    }
}

impl OutboundRule {
    fn of(name: &str, rule: &Json) -> Self {
        let to = &rule["destination"];
        let target = to["serviceResourceId"].as_str().and_then(|id| ResourceId::parse(id).ok());
        Self {
            name: name.to_owned(),
            target,
            group: to["subresourceTarget"].as_str().unwrap_or_default().to_owned(),
            status: rule["status"].as_str().unwrap_or("Inactive").to_owned(),
        }
    }

    /// Returns `true` if traffic passes.
    pub fn is_active(&self) -> bool {
        self.status.eq_ignore_ascii_case("Active")
    }
}

/// A managed network that is judged.
struct Network<'a> {
    id: &'a ResourceId,
    network: &'a Json,
}

impl Network<'_> {
    fn judge(&self, members: &[Member], findings: &mut Vec<Finding>) {
        let status = self.network["status"]["status"].as_str().unwrap_or_default();
        if !status.eq_ignore_ascii_case("Active") {
            // Azure creates no rule before it provisions the network.
            findings.push(self.inactive());
            return;
        }
        let approved = managed_network::mode(self.network).eq_ignore_ascii_case(APPROVED);
        for member in members.iter().filter(|member| member.id != *self.id) {
            // A network that can reach the internet reaches public resources without a rule.
            let open = member.access.as_ref().is_none_or(|it| it.exposure == "public");
            if open && !approved {
                continue;
            }
            let lacks = member.role.groups().filter_map(|group| self.lacks(&member.id, group));
            findings.extend(lacks);
        }
    }

    /// Returns the finding for a network that Azure has yet to provision, with the first compute.
    fn inactive(&self) -> Finding {
        let name = self.id.name();
        let message = format!("the managed network of {name} is not provisioned yet");
        let fix = format!(
            "# in azureai_managed_network of {name:?}:\n#   provision = true\n# or run the action \
             azureai_provision_managed_network"
        );
        Finding::of(Code::ManagedNetwork, self.id, message).fixed_by([fix]).perhaps()
    }

    /// Judges the outbound rule to a group of a resource.
    fn lacks(&self, target: &ResourceId, group: &str) -> Option<Finding> {
        let rules = self.network["outboundRules"].as_object();
        let leads = |rule: &Json| {
            let to = &rule["destination"];
            let is = |name: &str, wanted: &str| {
                to[name].as_str().is_some_and(|it| it.eq_ignore_ascii_case(wanted))
            };
            is("serviceResourceId", target.as_str()) && is("subresourceTarget", group)
        };
        let mut ways = rules.into_iter().flatten().filter(|(_, rule)| leads(rule));
        let (name, at) = (self.id.name(), target.name());
        let Some((rule, body)) = ways.next() else {
            let message = format!(
                "no outbound rule of the managed network of {name} leads to {group} of {at}"
            );
            let fix = remediation::outbound_rule(self.id, target, group);
            return Some(Finding::of(Code::ManagedNetwork, target, message).fixed_by([fix]));
        };
        let status = body["status"].as_str().unwrap_or("Inactive");
        if status.eq_ignore_ascii_case("Active") {
            return None;
        }
        let message = format!(
            "the outbound rule {rule} of the managed network of {name} to {at} is {status}"
        );
        let fix = format!(
            "# in the outbound rule, which then approves its connection to {at:?}:\n#   \
             approve = true\n# or assign the role \"Azure AI Enterprise Network Connection \
             Approver\" on {at:?} to the identity of {name:?}"
        );
        Some(Finding::of(Code::ManagedNetwork, target, message).fixed_by([fix]))
    }
}
