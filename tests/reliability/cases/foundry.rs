//! Cases of a Foundry account and its children.

use super::{Case, Makes, Places, with};
use serde_json::{Value as Json, json};

/// Returns an account and a project.
pub(super) fn accounts(at: &Places) -> Vec<Case> {
    let own = json!({ "location": "eastus", "identity": [{ "type": "SystemAssigned" }] });
    let account = with(&with(&own, "name", json!("aif-it")), "resource_group_name", json!("rg-ai"));
    let account = with(&account, "custom_subdomain_name", json!("aif-it"));
    let account = with(&account, "purge_on_destroy", json!(true));
    let project =
        with(&with(&own, "name", json!("speech")), "cognitive_account_id", json!(at.account));
    let case = |resource: &str, needs, made: &Json, changed| Case {
        resource: resource.to_owned(),
        variant: "",
        makes: Makes::Any,
        needs,
        changed: Some(changed),
        made: made.clone(),
    };
    let parent = vec![("azureai_foundry_account", account.clone())];
    // Azure cannot remove a description in place.
    let project = with(&project, "description", json!("For text."));
    let changed = with(&project, "description", json!("For speech."));
    let closed = with(&account, "local_auth_enabled", json!(false));
    vec![
        case("azureai_foundry_account", Vec::new(), &account, closed),
        case("azureai_foundry_project", parent, &project, changed),
    ]
}

/// Returns the managed network of an account, and of a hub, which cannot be deleted.
pub(super) fn networks(at: &Places, hub: &Json) -> Vec<Case> {
    let case = |variant, makes, parent: &str, needs| {
        let made = json!({
            "parent_id": parent,
            "isolation_mode": "AllowInternetOutbound",
            "firewall_sku": "Standard",
            "provision": false,
            "include_spark": false,
        });
        Case {
            resource: "azureai_managed_network".to_owned(),
            variant,
            makes,
            needs,
            // An isolation mode cannot be relaxed.
            changed: Some(with(&made, "firewall_sku", json!("Basic"))),
            made,
        }
    };
    let hub_id = at.workspace.replace("airef-hub", "hub-research");
    vec![
        case("", Makes::Any, &at.services, Vec::new()),
        case("of a hub", Makes::Part, &hub_id, vec![("azureai_workspace", hub.clone())]),
    ]
}

/// Returns a connection and a capability host.
pub(super) fn agents(at: &Places) -> Vec<Case> {
    let connection = json!({
        "name": "tool",
        "parent_id": at.services,
        "category": "CustomKeys",
        "target": "https://tools.example/",
        "auth_type": "CustomKeys",
        "credentials": { "key": "not-a-real-key" },
        "metadata": { "a": "1" },
    });
    vec![
        Case {
            resource: "azureai_foundry_connection".to_owned(),
            variant: "",
            makes: Makes::Any,
            needs: Vec::new(),
            changed: Some(with(&connection, "metadata", json!({ "a": "2" }))),
            made: connection,
        },
        Case {
            resource: "azureai_foundry_capability_host".to_owned(),
            variant: "",
            makes: Makes::Any,
            needs: Vec::new(),
            changed: None,
            made: json!({
                "name": "agents",
                "parent_id": at.services,
                "public_hosting_environment_enabled": true,
            }),
        },
    ]
}

/// Returns an outbound rule and a shared private link. The link approves its connection. The rule,
/// which the same code serves, needs no approval, which keeps its column short.
pub(super) fn connects(at: &Places) -> Vec<Case> {
    let case = |resource: &str, needs, made: Json, changed| Case {
        resource: resource.to_owned(),
        variant: "",
        makes: Makes::Any,
        needs,
        changed: Some(changed),
        made,
    };
    let rule = json!({
        "name": "pypi",
        "parent_id": at.services,
        "destination_fqdn": "*.pypi.org",
    });
    let mode = "AllowOnlyApprovedOutbound";
    let network = json!({ "parent_id": at.services, "isolation_mode": mode });
    let link = json!({
        "name": "files",
        "search_service_id": at.search,
        "target_resource_id": at.storage,
        "subresource_name": "blob",
        "request_message": "For the indexers.",
        "approve": true,
    });
    let other = with(&rule, "destination_fqdn", json!("pypi.org"));
    let words = with(&link, "request_message", json!("For all indexers."));
    vec![
        case(
            "azureai_managed_network_outbound_rule",
            vec![("azureai_managed_network", network)],
            rule,
            other,
        ),
        case("azureai_search_shared_private_link", Vec::new(), link, words),
    ]
}
