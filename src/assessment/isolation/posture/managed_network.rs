//! What is wrong with the managed network of a hub or Foundry account: whether it is active, and
//! whether its outbound rules lead to the resources that it works with.

use super::Member;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{AgentNetwork, agent_network};
use crate::assessment::isolation::remediation;
use crate::assessment::managed_network::{self, APPROVED, MODES};
use crate::assessment::reader::{Read, Reader};
use crate::codes::Code;
use azure::id::ResourceId;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Judges the network of the workspace or account with that body, given the resources that it works
/// with. One without a managed network has nothing that could be wrong.
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
        Read::Hidden(why) => findings.push(Finding::unverified(id, "its managed network", &why)),
        Read::Absent => {
            let message = format!("the managed network of {} does not exist", id.name());
            let mend = remediation::managed_network(id, APPROVED);
            findings.push(Finding::of(Code::ManagedNetwork, id, message).mended_by([mend]));
        }
        Read::Found(body) => {
            let network = managed_network::network(body);
            if !managed_network::mode(network).eq_ignore_ascii_case(MODES[0]) {
                Network { id, network }.judge(members, findings);
            }
        }
    }
}

/// The object that shows the managed network; `None` where there is none.
fn shown<'r>(reader: &'r Reader, id: &ResourceId, body: &'r Json) -> Option<Read<&'r Json>> {
    if managed_network::is_property(id) {
        return Some(Read::Found(body));
    }
    let (object, api_version) = managed_network::object(id);
    let managed = agent_network(body) == AgentNetwork::Managed;
    managed.then(|| reader.object(&object, api_version))
}

/// The names of the network's outbound rules, in lower case. The private endpoints that Azure makes
/// for them, in a subscription of its own, have the same names (reported of a hub).
pub(super) fn rules(reader: &Reader, id: &ResourceId, body: &Json) -> BTreeSet<String> {
    let body = shown(reader, id, body).and_then(Read::found);
    let rules = body.and_then(|body| managed_network::network(body)["outboundRules"].as_object());
    rules.into_iter().flatten().map(|(name, _)| name.to_lowercase()).collect()
}

struct Network<'a> {
    id: &'a ResourceId,
    network: &'a Json,
}

impl Network<'_> {
    fn judge(&self, members: &[Member], findings: &mut Vec<Finding>) {
        let status = self.network["status"]["status"].as_str().unwrap_or_default();
        if !status.eq_ignore_ascii_case("Active") {
            // Of a network that is put off, Azure has made no rule yet.
            findings.push(self.inactive());
            return;
        }
        let approved = managed_network::mode(self.network).eq_ignore_ascii_case(APPROVED);
        for member in members.iter().filter(|member| member.id != *self.id) {
            // The internet leads to what is open to it.
            let open = member.access.as_ref().is_none_or(|it| it.exposure == "public");
            if open && !approved {
                continue;
            }
            let lacks = member.role.groups().filter_map(|group| self.lacks(&member.id, group));
            findings.extend(lacks);
        }
    }

    /// Azure makes a network that is put off with the first compute.
    fn inactive(&self) -> Finding {
        let name = self.id.name();
        let message = format!("the managed network of {name} is not provisioned yet");
        let mend = format!(
            "# in azureai_managed_network of {name:?}:\n#   provision = true\n# or run the action \
             azureai_provision_managed_network"
        );
        Finding::of(Code::ManagedNetwork, self.id, message).mended_by([mend]).perhaps()
    }

    /// What is wrong with the way to a group of a resource.
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
            let mend = remediation::outbound_rule(self.id, target, group);
            return Some(Finding::of(Code::ManagedNetwork, target, message).mended_by([mend]));
        };
        let status = body["status"].as_str().unwrap_or("Inactive");
        if status.eq_ignore_ascii_case("Active") {
            return None;
        }
        let message =
            format!("outbound rule {rule} of the managed network of {name} to {at} is {status}");
        let mend = format!(
            "# approve the connection that the rule made on {at:?}, in the rule itself:\n#   \
             approve = true\n# or assign the role \"Azure AI Enterprise Network Connection \
             Approver\" on it to the identity of {name:?}"
        );
        Some(Finding::of(Code::ManagedNetwork, target, message).mended_by([mend]))
    }
}
