//! What is wrong with the agents of a Foundry account: their network, their capability hosts, and
//! what their identities may do on their stores.

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

/// What the projects lack to run the images of the account's registries.
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

/// Whoever has a key needs no identity.
fn keys(Scope { id, body, .. }: &Scope<'_>) -> Option<Finding> {
    let usable = body["properties"]["disableLocalAuth"] != true;
    let message = format!("the keys of {} are usable, beside identities", id.name());
    let mend = format!(
        "# in azureai_foundry_account {:?}:\n#   local_auth_enabled = false\n# or, where it is \
         managed elsewhere:\n#   az resource update --ids {id} --set \
         properties.disableLocalAuth=true",
        id.name()
    );
    usable.then(|| Finding::of(Code::LocalKeys, id, message).mended_by([mend]))
}

fn no_network(
    FoundryAccount { own: Scope { id, .. }, projects }: &FoundryAccount<'_>,
) -> Option<Finding> {
    let message = format!(
        "the agents of {} have no network of their own, so they reach no store that is private",
        id.name()
    );
    let mend = format!(
        "# in azureai_foundry_account {:?}, which is made anew, as Azure sets it once:\n\
         #   agent_subnet_id = SUBNET_ID",
        id.name()
    );
    let found = || Finding::of(Code::NoAgentNetwork, id, message).mended_by([mend]);
    (!projects.is_empty()).then(found)
}

/// What is wrong with the subnet of an account's agents.
fn subnet(reader: &Reader, account: &ResourceId, id: &ResourceId) -> Option<Finding> {
    let (name, own) = (id.name(), account.name());
    let body = match reader.object(id, SUBNET.api_version) {
        Read::Pending => return None,
        Read::Hidden(why) => return Some(Finding::unverified(id, "the subnet of agents", &why)),
        Read::Absent => None,
        Read::Found(body) => Some(body),
    };
    let has = |list: &str, is: &dyn Fn(&Json) -> bool| {
        let listed = body.and_then(|it| it["properties"][list].as_array());
        listed.into_iter().flatten().any(is)
    };
    let anew = format!(
        "# make azureai_foundry_account {own:?} anew\n#   terraform apply \
         -replace=ADDRESS_OF_THE_ACCOUNT"
    );
    let (message, mend) = if body.is_none() {
        (format!("there is no subnet {name}, in which the agents of {own} run"), anew)
    } else if !has("delegations", &|it| it["properties"]["serviceName"] == DELEGATION) {
        let mend = format!(
            "# in the subnet {name:?}:\n#   delegation {{\n#     name = \"agents\"\n#     \
             service_delegation {{\n#       name = {DELEGATION:?}\n#     }}\n#   }}"
        );
        (format!("the subnet {name} of agents is not delegated to {DELEGATION}"), mend)
    } else if !has("serviceAssociationLinks", &|it| it["name"] == LINK) {
        (format!("the subnet {name} has no {LINK:?}, so no agents of {own} run there"), anew)
    } else {
        return None;
    };
    Some(Finding::of(Code::UnfitSubnet, id, message).mended_by([mend]))
}

/// The hosts of an account or project, and what is wrong where it has none.
fn hosts(scope: &Scope<'_>, missing: Option<Finding>, findings: &mut Vec<Finding>) {
    let Some(listed) = scope.hosts else { return };
    if listed.is_empty() {
        findings.extend(missing);
    }
    for (name, state) in listed.iter().map(foundry::told) {
        let message = format!("capability host {name} of {} is {state}", scope.id.name());
        let found = Finding::of(Code::NoHost, &scope.id, message);
        findings.extend(match state {
            "Succeeded" => None,
            state if foundry::has_failed(state) => Some(found.mended_by([format!(
                "# make capability host {name:?} anew\n#   terraform apply \
                 -replace=ADDRESS_OF_THE_HOST"
            )])),
            // It may yet become ready.
            _ => Some(found.perhaps()),
        });
    }
}

/// What is wrong where an account has no host: the service makes one for an account with a network
/// of its own.
fn missing_host(account: &FoundryAccount<'_>, network: &AgentNetwork) -> Option<Finding> {
    let id = &account.own.id;
    let subnet = match network {
        AgentNetwork::Subnet(subnet) => vec![("subnet_id", format!("\"{subnet}\""))],
        AgentNetwork::Managed => Vec::new(),
        AgentNetwork::None => return None,
    };
    let message = format!("{} has a network for agents, and no capability host", id.name());
    let mend = remediation::host(id, &subnet);
    let found = || Finding::of(Code::NoHost, id, message).mended_by([mend]);
    (!account.projects.is_empty()).then(found)
}

/// What is wrong where a project has no host: its connections are for nothing, and its agents keep
/// all in stores of Microsoft's.
fn missing_project_host(account: &FoundryAccount<'_>, project: &Scope<'_>) -> Option<Finding> {
    let message = format!(
        "{} has connections to all stores of agents and no capability host, so its agents keep \
         all with Microsoft",
        project.id.name()
    );
    let stores = foundry::STORES.map(|it| (it.attribute, "[CONNECTION_NAME]".to_owned()));
    let mend = remediation::host(&project.id, &stores);
    let found = || Finding::of(Code::NoHost, &project.id, message).mended_by([mend]).perhaps();
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
            (delegation(DELEGATION), json!(null), Some("has no \"legionservicelink\"")),
            (delegation(DELEGATION), link("AppServiceLink"), Some("has no")),
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
