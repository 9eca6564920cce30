//! Judges the agents of a Foundry account: their network, their capability hosts, and the roles of
//! their identities on their stores.

use super::Member;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{self, AgentNetwork, DELEGATION, LINK, agent_network};
use crate::assessment::isolation::account::{FoundryAccount, Scope};
use crate::assessment::isolation::project_roles::Project;
use crate::assessment::isolation::remediation;
use crate::assessment::isolation::store_roles;
use crate::assessment::reader::{Read, Reader};
use crate::codes::Code;
use crate::private_link::arm_types::{CONTAINER_REGISTRY, SUBNET};
use azure::id::ResourceId;
use serde_json::Value as Json;

pub(super) fn judge(reader: &Reader, account: &FoundryAccount<'_>, findings: &mut Vec<Finding>) {
    findings.extend(keys(&account.own));
    let network = agent_network(account.own.body);
    match &network {
        AgentNetwork::None => findings.extend(no_network(account)),
        AgentNetwork::Managed => {}
        AgentNetwork::Subnet(id) => findings.extend(subnet(reader, &account.own.id, id)),
    }
    hosts(&account.own, missing_host(account, &network), findings);
    for project in &account.projects {
        hosts(project, missing_project_host(account, project), findings);
        for host in project.hosts.unwrap_or_default() {
            store_roles::judge(reader, account, project, host, findings);
        }
    }
}

/// Judges whether the projects can pull images from the account's registries.
pub(super) fn registries(
    reader: &Reader,
    account: &FoundryAccount<'_>,
    members: &[Member],
    findings: &mut Vec<Finding>,
) {
    for registry in members.iter().filter(|it| it.id.is_type(CONTAINER_REGISTRY.name)) {
        for scope in &account.projects {
            let project = Project { name: scope.id.name(), principals: scope.principals() };
            findings.extend(project.judge_registry(reader, &registry.id));
        }
    }
}

/// Judges the keys of an account: a client with a key needs no identity.
fn keys(Scope { id, body, .. }: &Scope<'_>) -> Option<Finding> {
    let usable = body["properties"]["disableLocalAuth"] != true;
    let message = format!("the keys of {} can be used instead of an identity", id.name());
    let fix = format!(
        "# in azureai_foundry_account {:?}:\n#   local_auth_enabled = false\n# or, if another \
         configuration manages the account:\n#   az resource update --ids {id} --set \
         properties.disableLocalAuth=true",
        id.name()
    );
    usable.then(|| Finding::of(Code::LocalKeys, id, message).fixed_by([fix]))
}

/// Judges an account whose agents have no network.
fn no_network(
    FoundryAccount { own: Scope { id, .. }, projects }: &FoundryAccount<'_>,
) -> Option<Finding> {
    let message = format!(
        "the agents of {} have neither a subnet nor a managed network, so they cannot reach \
         private stores",
        id.name()
    );
    let fix = format!(
        "# in azureai_foundry_account {:?}; this replaces the account, whose network Azure sets \
         once:\n#   agent_subnet_id = SUBNET_ID",
        id.name()
    );
    let found = || Finding::of(Code::NoAgentNetwork, id, message).fixed_by([fix]);
    (!projects.is_empty()).then(found)
}

/// Judges the subnet of an account's agents.
fn subnet(reader: &Reader, account: &ResourceId, id: &ResourceId) -> Option<Finding> {
    let (name, own) = (id.name(), account.name());
    let body = match reader.object(id, SUBNET.api_version) {
        Read::Pending => return None,
        Read::Hidden(why) => {
            let what = format!("the subnet {name} of the agents of {own}");
            return Some(Finding::unverified(id, &what, &why));
        }
        Read::Absent => None,
        Read::Found(body) => Some(body),
    };
    let has = |list: &str, is: &dyn Fn(&Json) -> bool| {
        let listed = body.and_then(|it| it["properties"][list].as_array());
        listed.into_iter().flatten().any(is)
    };
    let anew = format!(
        "# replace azureai_foundry_account {own:?}:\n#   terraform apply \
         -replace=ADDRESS_OF_THE_ACCOUNT"
    );
    let (message, fix) = if body.is_none() {
        (format!("the subnet {name} of the agents of {own} does not exist"), anew)
    } else if !has("delegations", &|it| it["properties"]["serviceName"] == DELEGATION) {
        let fix = format!(
            "# in the subnet {name:?}:\n#   delegation {{\n#     name = \"agents\"\n#     \
             service_delegation {{\n#       name = {DELEGATION:?}\n#     }}\n#   }}"
        );
        (format!("the subnet {name} of the agents is not delegated to {DELEGATION}"), fix)
    } else if !has("serviceAssociationLinks", &|it| it["name"] == LINK) {
        let message = format!(
            "the subnet {name} has no service association link {LINK:?}, so the agents of {own} do \
             not run there"
        );
        (message, anew)
    } else {
        return None;
    };
    Some(Finding::of(Code::UnfitSubnet, id, message).fixed_by([fix]))
}

/// Judges the capability hosts of an account or project; `missing` is the finding if it has none.
fn hosts(scope: &Scope<'_>, missing: Option<Finding>, findings: &mut Vec<Finding>) {
    let Some(listed) = scope.hosts else { return };
    if listed.is_empty() {
        findings.extend(missing);
    }
    for (name, state) in listed.iter().map(foundry::told) {
        let message = format!("the capability host {name} of {} is {state}", scope.id.name());
        let found = Finding::of(Code::NoHost, &scope.id, message);
        findings.extend(match state {
            "Succeeded" => None,
            state if foundry::has_failed(state) => Some(found.fixed_by([format!(
                "# replace the capability host {name:?}:\n#   terraform apply \
                 -replace=ADDRESS_OF_THE_HOST"
            )])),
            // The host may still become ready.
            _ => Some(found.perhaps()),
        });
    }
}

/// Returns the finding for an account without a capability host, if its agents have a network: the
/// service creates one for each such account.
fn missing_host(account: &FoundryAccount<'_>, network: &AgentNetwork) -> Option<Finding> {
    let id = &account.own.id;
    let subnet = match network {
        AgentNetwork::Subnet(subnet) => vec![("subnet_id", format!("\"{subnet}\""))],
        AgentNetwork::Managed => Vec::new(),
        AgentNetwork::None => return None,
    };
    let message = format!("{} has a network for agents but no capability host", id.name());
    let fix = remediation::host(id, &subnet);
    let found = || Finding::of(Code::NoHost, id, message).fixed_by([fix]);
    (!account.projects.is_empty()).then(found)
}

/// Returns the finding for a project without a capability host, if it has connections to all
/// stores: its agents ignore them and keep their data in stores that Microsoft manages.
fn missing_project_host(account: &FoundryAccount<'_>, project: &Scope<'_>) -> Option<Finding> {
    let message = format!(
        "{} has connections to all stores of agents but no capability host, so its agents keep \
         their data in stores that Microsoft manages",
        project.id.name()
    );
    let stores = foundry::STORES.map(|it| (it.attribute, "[CONNECTION_NAME]".to_owned()));
    let fix = remediation::host(&project.id, &stores);
    let found = || Finding::of(Code::NoHost, &project.id, message).fixed_by([fix]).perhaps();
    account.has_stores(project).then(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_subnet_serves_agents_when_it_is_delegated_and_linked() {
        let vnet = ResourceId::in_group("s", "g", "Microsoft.Network/virtualNetworks", "v");
        let id = vnet.child("subnets", "agents");
        let own = ResourceId::in_group("s", "g", "Microsoft.CognitiveServices/accounts", "aif");
        let delegation = |name: &str| json!([{"properties": {"serviceName": name}}]);
        let link = |name: &str| json!([{ "name": name }]);
        for (delegations, links, says) in [
            (delegation(DELEGATION), link(LINK), None),
            (delegation("microsoft.app/environments"), link(LINK), Some("is not delegated")),
            (json!(null), json!(null), Some("is not delegated")),
            (
                delegation(DELEGATION),
                json!(null),
                Some("has no service association link \"legionservicelink\""),
            ),
            (delegation(DELEGATION), link("AppServiceLink"), Some("has no service")),
        ] {
            let lists = json!({"delegations": delegations, "serviceAssociationLinks": links});
            let body = json!({ "properties": lists });
            let reader = Reader::of([(id.to_string(), body.clone())]);
            let said = subnet(&reader, &own, &id).map(|finding| finding.message);
            assert_eq!(said.is_some(), says.is_some(), "{body}");
            assert!(said.is_none_or(|it| it.contains(says.unwrap_or_default())), "{body}");
        }
    }
}
