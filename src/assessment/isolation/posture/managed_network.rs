//! Judges the managed network of a hub or Foundry account: its status, and whether its outbound
//! rules lead to the resources that the hub or account works with.

use super::Member;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{AgentNetwork, agent_network};
use crate::assessment::isolation::remediation;
use crate::assessment::managed_network::{self, APPROVED, MODES};
use crate::assessment::reader::{Read, Reader, id_at};
use crate::codes::Code;
use azure::id::ResourceId;
use serde_json::Value as Json;

/// Judges the managed network of a hub or account, given the resources that the hub or account
/// works with. Without a managed network there is no finding.
pub(super) fn judge(
    id: &ResourceId,
    network: Option<Read<ManagedNetwork>>,
    members: &[Member],
) -> Vec<Finding> {
    match network {
        None | Some(Read::Pending) => Vec::new(),
        Some(Read::Hidden(why)) => {
            let what = format!("the managed network of {}", id.name());
            vec![Finding::unverified(id, &what, &why)]
        }
        Some(Read::Absent) => {
            let message = format!("the managed network of {} does not exist", id.name());
            let fix = remediation::managed_network(id, APPROVED);
            vec![Finding::of(Code::ManagedNetwork, id, message).fixed_by([fix])]
        }
        Some(Read::Found(network)) => network.judge(id, members),
    }
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
    /// Reads the managed network of a hub or account with that body. `None` if it has none, or if
    /// the network is disabled.
    pub(super) fn see(reader: &Reader, id: &ResourceId, body: &Json) -> Option<Read<Self>> {
        let shown = match managed_network::is_property(id) {
            true => Read::Found(body),
            false if agent_network(body) == AgentNetwork::Managed => {
                let (object, api_version) = managed_network::object(id);
                reader.object(&object, api_version)
            }
            false => return None,
        };
        let network = shown.map(|body| Self::of(managed_network::network(body)));
        let is_off = |it: &Self| it.mode.eq_ignore_ascii_case(MODES[0]);
        (!network.as_found().is_some_and(is_off)).then_some(network)
    }

    fn of(network: &Json) -> Self {
        let rules = network["outboundRules"].as_object().into_iter().flatten();
        let mut rules: Vec<_> = rules.map(|(name, rule)| OutboundRule::of(name, rule)).collect();
        rules.sort_by(|left, right| left.name.cmp(&right.name));
        let status = network["status"]["status"].as_str().unwrap_or("Inactive").to_owned();
        Self { mode: managed_network::mode(network).to_owned(), status, rules }
    }

    /// Returns `true` if an outbound rule has that name. The private endpoints that Azure creates
    /// for the rules, in a subscription of Microsoft's, have the same names (reported of a hub).
    pub(super) fn has_rule(&self, name: &str) -> bool {
        self.rules.iter().any(|rule| rule.name.eq_ignore_ascii_case(name))
    }

    fn judge(&self, id: &ResourceId, members: &[Member]) -> Vec<Finding> {
        if !self.status.eq_ignore_ascii_case("Active") {
            // Azure creates no rule before it provisions the network.
            return vec![inactive(id)];
        }
        let approved = self.mode.eq_ignore_ascii_case(APPROVED);
        let needs_rules = |member: &&Member| {
            // A network that can reach the internet reaches public resources without a rule.
            let open = member.access.as_ref().is_none_or(|it| it.exposure == "public");
            member.id != *id && (approved || !open)
        };
        let targets = members.iter().filter(needs_rules);
        let targets = targets.flat_map(|it| it.role.groups().map(move |group| (&it.id, group)));
        targets.filter_map(|(target, group)| self.lacks(id, target, group)).collect()
    }

    /// Judges the outbound rule to a group of a resource.
    fn lacks(&self, id: &ResourceId, target: &ResourceId, group: &str) -> Option<Finding> {
        let leads = |rule: &&OutboundRule| {
            rule.target.as_ref() == Some(target) && rule.group.eq_ignore_ascii_case(group)
        };
        let (name, at) = (id.name(), target.name());
        let Some(rule) = self.rules.iter().find(leads) else {
            let message = format!(
                "no outbound rule of the managed network of {name} leads to {group} of {at}"
            );
            let fix = remediation::outbound_rule(id, target, group);
            return Some(Finding::of(Code::ManagedNetwork, target, message).fixed_by([fix]));
        };
        if rule.is_active() {
            return None;
        }
        let message = format!(
            "the outbound rule {} of the managed network of {name} to {at} is {}",
            rule.name, rule.status
        );
        let fix = format!(
            "# in the outbound rule, which then approves its connection to {at:?}:\n#   \
             approve = true\n# or assign the role \"Azure AI Enterprise Network Connection \
             Approver\" on {at:?} to the identity of {name:?}"
        );
        Some(Finding::of(Code::ManagedNetwork, target, message).fixed_by([fix]))
    }
}

/// Returns the finding for a network that Azure has yet to provision, with the first compute.
fn inactive(id: &ResourceId) -> Finding {
    let name = id.name();
    let message = format!("the managed network of {name} is not provisioned yet");
    let fix = format!(
        "# in azureai_managed_network of {name:?}:\n#   provision = true\n# or run the action \
         azureai_provision_managed_network"
    );
    Finding::of(Code::ManagedNetwork, id, message).fixed_by([fix]).perhaps()
}

impl OutboundRule {
    fn of(name: &str, rule: &Json) -> Self {
        let to = &rule["destination"];
        let target = id_at(&to["serviceResourceId"]);
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
