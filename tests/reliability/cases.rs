//! For each resource: a configuration, an update, and the objects that it depends on.

mod foundry;

use crate::example::{self, Example};
use crate::shape::{Nested, Shape};
use plugin::codec;
use plugin::value::Value;
use serde_json::{Map, Value as Json, json};
use std::fs;

/// How a create writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Makes {
    /// A part of an object that another configuration owns.
    Part,
    /// An object, by a conditional create with a long-running operation. If the operation fails,
    /// the object does not exist.
    New,
    /// An object, by a conditional create without a long-running operation.
    NewAtOnce,
    /// An object of a type without conditional creates.
    Any,
}

/// A resource with its configurations.
pub(crate) struct Case {
    pub(crate) resource: String,
    /// Name of the case, if the resource has more than one.
    pub(crate) variant: &'static str,
    pub(crate) makes: Makes,
    /// Resources that are created first, with their configurations.
    pub(crate) needs: Vec<(&'static str, Json)>,
    pub(crate) made: Json,
    /// Configuration of an update, or `None` if the resource cannot be updated in place.
    pub(crate) changed: Option<Json>,
}

impl Case {
    /// Returns `true` if the resource owns the object, rather than a part of it.
    pub(crate) fn owns(&self) -> bool {
        self.makes != Makes::Part
    }

    /// Name of the case in messages.
    pub(crate) fn name(&self) -> String {
        let name = self.resource.trim_start_matches("azureai_").replace('_', " ");
        format!("{name} {}", self.variant).trim_end().to_owned()
    }

    /// Title of the case's column. Record sets of all types share one, because the same code serves
    /// them.
    pub(crate) fn column(&self) -> String {
        match is_record(&self.resource) {
            true => "private dns record".to_owned(),
            false => self.name(),
        }
    }
}

/// Returns `true` if a resource is a record set of a private DNS zone.
pub(crate) fn is_record(resource: &str) -> bool {
    resource.starts_with("azureai_private_dns_") && resource.ends_with("_record")
}

/// Returns a case for each record type, from its example.
fn records(at: &Places) -> Vec<Case> {
    let names = fs::read_dir(example::folder().join("resources")).unwrap();
    let names = names.map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| is_record(name)).collect();
    names.sort();
    let case = |name: String| {
        let example = Example::of(&name).unwrap();
        let config = &example.resources().last().unwrap().config;
        let made = with(&with(config, "private_dns_zone_id", json!(at.zone)), "name", json!("aa"));
        Case {
            resource: name,
            variant: "",
            makes: Makes::NewAtOnce,
            needs: vec![("azureai_private_dns_zone", zone(ZONE))],
            changed: Some(with(&made, "ttl", json!(20))),
            made,
        }
    };
    names.into_iter().map(case).collect()
}

/// Returns one case for each resource, in the resource group of this ID.
pub(crate) fn all(group: &str) -> Vec<Case> {
    let at = places(group);
    let mut all = names(&at);
    all.extend(connections(&at));
    all.extend(settings(&at));
    all.extend(foundry::accounts(&at));
    all.extend(foundry::agents(&at));
    all.extend(foundry::networks(&at, &workspace(&at)));
    all.extend(foundry::connects(&at));
    all
}

/// Returns further cases of resources that can lose more, or can harm more of another client's
/// objects.
pub(crate) fn more(group: &str) -> Vec<Case> {
    let at = places(group);
    let configs = |config| json!([config]);
    let group = json!({ "name": "default", "private_dns_zone_ids": [at.zone] });
    let grouped = with(&endpoint(&at), "private_dns_zone_group", configs(group));
    let access = json!({
        "resource_id": at.storage,
        "public_network_access": "Enabled",
        "default_action": "Deny",
        "guard": [{ "mode": "off" }],
        "on_destroy": "restore",
    });
    vec![
        Case {
            resource: "azureai_private_endpoint".to_owned(),
            variant: "with its zone group",
            makes: Makes::Any,
            needs: vec![("azureai_private_dns_zone", zone(ZONE))],
            changed: Some(with(&grouped, "tags", json!({ "a": "1" }))),
            made: grouped,
        },
        Case {
            resource: "azureai_public_network_access".to_owned(),
            variant: "beside rules",
            makes: Makes::Part,
            needs: Vec::new(),
            changed: Some(with(&access, "public_network_access", json!("Disabled"))),
            made: access,
        },
    ]
}

fn places(group: &str) -> Places {
    let network = format!("{group}/providers/Microsoft.Network");
    Places {
        zone: format!("{network}/privateDnsZones/{ZONE}"),
        other_zone: format!("{network}/privateDnsZones/{OTHER_ZONE}"),
        vnet: format!("{network}/virtualNetworks/vnet-ai"),
        subnet: format!("{network}/virtualNetworks/vnet-ai/subnets/snet-pe"),
        endpoint: format!("{network}/privateEndpoints/pe"),
        security_group: format!("{network}/applicationSecurityGroups/asg-ai"),
        workspace: format!(
            "{group}/providers/Microsoft.MachineLearningServices/workspaces/airef-hub"
        ),
        vault: format!("{group}/providers/Microsoft.KeyVault/vaults/airefkv"),
        storage: format!("{group}/providers/Microsoft.Storage/storageAccounts/airefstorage"),
        account: format!("{group}/providers/Microsoft.CognitiveServices/accounts/aif-it"),
        search: format!("{group}/providers/Microsoft.Search/searchServices/airef-search"),
        services: format!("{group}/providers/Microsoft.CognitiveServices/accounts/airef-services"),
    }
}

const ZONE: &str = "privatelink.api.azureml.ms";
const OTHER_ZONE: &str = "privatelink.notebooks.azure.net";

struct Places {
    zone: String,
    other_zone: String,
    vnet: String,
    subnet: String,
    endpoint: String,
    security_group: String,
    workspace: String,
    vault: String,
    storage: String,
    account: String,
    search: String,
    services: String,
}

fn zone(name: &str) -> Json {
    json!({ "name": name, "resource_group_name": "rg-ai" })
}

fn endpoint(at: &Places) -> Json {
    json!({
        "name": "pe",
        "resource_group_name": "rg-ai",
        "subnet_id": at.subnet,
        "private_service_connection": [{
            "name": "workspace",
            "private_connection_resource_id": at.workspace,
            "subresource_names": ["amlworkspace"],
        }],
    })
}

/// Returns an endpoint with a manual connection to the vault.
fn asking(at: &Places) -> Json {
    let mut endpoint = endpoint(at);
    endpoint["private_service_connection"] = json!([{
        "name": "vault",
        "is_manual_connection": true,
        "request_message": "Let us in.",
        "private_connection_resource_id": at.vault,
        "subresource_names": ["vault"],
    }]);
    endpoint
}

/// Returns a configuration with another value of an attribute.
fn with(config: &Json, name: &str, value: Json) -> Json {
    let mut config = config.clone();
    config[name] = value;
    config
}

fn names(at: &Places) -> Vec<Case> {
    let own = zone(ZONE);
    let link = json!({
        "name": "link-vnet-ai",
        "private_dns_zone_id": at.zone,
        "virtual_network_id": at.vnet,
    });
    let mut names = vec![
        Case {
            resource: "azureai_private_dns_zone".to_owned(),
            variant: "",
            makes: Makes::New,
            needs: Vec::new(),
            changed: Some(with(&own, "tags", json!({ "a": "1" }))),
            made: own,
        },
        Case {
            resource: "azureai_private_dns_zone_virtual_network_link".to_owned(),
            variant: "",
            makes: Makes::New,
            needs: vec![("azureai_private_dns_zone", zone(ZONE))],
            changed: Some(with(&link, "tags", json!({ "a": "1" }))),
            made: link,
        },
    ];
    names.extend(records(at));
    names
}

fn connections(at: &Places) -> Vec<Case> {
    let own = endpoint(at);
    let config = |name: &str, zone: &str| json!({ "name": name, "private_dns_zone_id": zone });
    let group = json!({
        "name": "default",
        "private_endpoint_id": at.endpoint,
        "private_dns_zone_config": [config("api", &at.zone)],
    });
    let both = json!([config("api", &at.zone), config("notebooks", &at.other_zone)]);
    let approval = json!({
        "target_resource_id": at.vault,
        "private_endpoint_id": at.endpoint,
        "description": "Welcome.",
        "on_destroy": "reject",
    });
    vec![
        Case {
            resource: "azureai_private_endpoint".to_owned(),
            variant: "",
            makes: Makes::Any,
            needs: Vec::new(),
            changed: Some(with(&own, "tags", json!({ "a": "1" }))),
            made: own.clone(),
        },
        Case {
            resource: "azureai_private_dns_zone_group".to_owned(),
            variant: "",
            makes: Makes::Any,
            needs: vec![
                ("azureai_private_dns_zone", zone(ZONE)),
                ("azureai_private_dns_zone", zone(OTHER_ZONE)),
                ("azureai_private_endpoint", own.clone()),
            ],
            changed: Some(with(&group, "private_dns_zone_config", both)),
            made: group,
        },
        Case {
            resource: "azureai_private_endpoint_application_security_group_association".to_owned(),
            variant: "",
            makes: Makes::Part,
            needs: vec![("azureai_private_endpoint", own)],
            made: json!({
                "private_endpoint_id": at.endpoint,
                "application_security_group_id": at.security_group,
            }),
            changed: None,
        },
        Case {
            resource: "azureai_private_endpoint_connection_approval".to_owned(),
            variant: "",
            makes: Makes::Part,
            needs: vec![
                ("azureai_private_endpoint", asking(at)),
                // Another pending connection, which another client approves.
                ("azureai_private_endpoint", with(&asking(at), "name", json!("pe-theirs"))),
            ],
            changed: Some(with(&approval, "description", json!("Come in."))),
            made: approval,
        },
    ]
}

fn workspace(at: &Places) -> Json {
    json!({
        "name": "hub-research",
        "resource_group_name": "rg-ai",
        "location": "eastus",
        "storage_account_id": at.storage,
        "key_vault_id": at.vault,
        "identity": [{ "type": "SystemAssigned" }],
    })
}

fn settings(at: &Places) -> Vec<Case> {
    let access = json!({
        "resource_id": at.workspace,
        "public_network_access": "Disabled",
        "on_destroy": "restore",
    });
    let policy = json!({
        "subnet_id": at.subnet,
        "private_endpoint_network_policies": "NetworkSecurityGroupEnabled",
        "on_destroy": "restore",
    });
    let workspace = workspace(at);
    vec![
        Case {
            resource: "azureai_public_network_access".to_owned(),
            variant: "",
            makes: Makes::Part,
            needs: vec![("azureai_private_endpoint", endpoint(at))],
            changed: Some(with(&access, "public_network_access", json!("Enabled"))),
            made: access,
        },
        Case {
            resource: "azureai_subnet_private_endpoint_policy".to_owned(),
            variant: "",
            makes: Makes::Part,
            needs: Vec::new(),
            changed: Some(with(
                &policy,
                "private_endpoint_network_policies",
                json!("RouteTableEnabled"),
            )),
            made: policy,
        },
        Case {
            resource: "azureai_workspace".to_owned(),
            variant: "",
            makes: Makes::Any,
            needs: Vec::new(),
            changed: Some(with(&workspace, "description", json!("For speech."))),
            made: workspace,
        },
    ]
}

/// Returns a configuration as a value of the resource's type. Attributes that it does not set are
/// null.
pub(crate) fn value(shape: &Shape, config: &Json) -> Value {
    let whole = whole(shape, config);
    codec::from_json(whole.to_string().as_bytes(), &shape.ty()).unwrap()
}

fn whole(shape: &Shape, config: &Json) -> Json {
    let mut whole = Map::new();
    for attribute in &shape.attributes {
        whole.insert(attribute.name.clone(), config[&attribute.name].clone());
    }
    for nested in &shape.blocks {
        whole.insert(nested.name.clone(), blocks(nested, &config[&nested.name]));
    }
    let unknown = config.as_object().unwrap().keys().find(|name| !whole.contains_key(*name));
    assert!(unknown.is_none(), "there is no {unknown:?}");
    Json::Object(whole)
}

fn blocks(nested: &Nested, config: &Json) -> Json {
    match (nested.is_single(), config) {
        (true, Json::Null) => Json::Null,
        (true, config) => whole(&nested.shape, config),
        (false, config) => {
            let elements = config.as_array().map(Vec::as_slice).unwrap_or_default();
            elements.iter().map(|it| whole(&nested.shape, it)).collect()
        }
    }
}
