//! The account as ARM represents it, and its attributes.

use super::{FoundryAccount, KIND, NetworkAcls, VirtualNetworkRule};
use crate::engine::prelude::*;
use crate::private_link::network_rules::keys;
use crate::resources::common::identity::{WireIdentity, shown};
use crate::resources::common::internal_id;
use std::collections::{BTreeMap, BTreeSet};

/// An account. A PATCH leaves out properties that are `None`, which stay as they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Body {
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    tags: Option<Tags>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    sku: Sku,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<WireIdentity>,
    properties: Properties,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Sku {
    name: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_project_management: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_sub_domain_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_network_access: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_acls: Option<Acls>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_injections: Option<Vec<Injection>>,
    disable_local_auth: bool,
    #[serde(skip_serializing)]
    endpoint: Option<String>,
    #[serde(skip_serializing)]
    endpoints: BTreeMap<String, String>,
    #[serde(skip_serializing)]
    internal_id: Option<String>,
    #[serde(skip_serializing)]
    provisioning_state: Option<String>,
}

/// Network rules of an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", default)]
struct Acls {
    default_action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bypass: Option<String>,
    ip_rules: Vec<IpRule>,
    virtual_network_rules: Vec<SubnetRule>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
struct IpRule {
    value: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", default)]
struct SubnetRule {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignore_missing_vnet_service_endpoint: Option<bool>,
}

/// The network that agents run in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Injection {
    scenario: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subnet_arm_id: Option<String>,
    use_microsoft_managed_network: bool,
}

/// Returns the body of a new account.
pub(super) fn new(account: &FoundryAccount) -> Body {
    let mut body = changed(account, &Body::default());
    body.location = Some(account.location.clone());
    body.kind = Some(KIND.to_owned());
    let properties = &mut body.properties;
    // A new account is private unless the configuration opens it.
    properties.public_network_access.get_or_insert_with(|| "Disabled".to_owned());
    let subnet = account.agent_subnet_id.clone();
    if subnet.is_some() || account.managed_network {
        properties.network_injections = Some(vec![Injection {
            scenario: "agent".to_owned(),
            subnet_arm_id: subnet,
            use_microsoft_managed_network: account.managed_network,
        }]);
    }
    body
}

/// Returns the body of an update. No value in it differs from the live body only by its case.
pub(super) fn changed(account: &FoundryAccount, live: &Body) -> Body {
    let was = &live.properties;
    let domain = was.custom_sub_domain_name.clone().filter(|it| !it.is_empty());
    let acls = account.network_acls.first();
    Body {
        tags: account.tagged.write(),
        sku: Sku { name: account.sku_name.clone() },
        identity: account.identity.first().map(|it| it.write(live.identity.as_ref())),
        properties: Properties {
            allow_project_management: Some(true),
            custom_sub_domain_name: domain.or_else(|| account.custom_subdomain_name.clone()),
            public_network_access: account.public_network_access.get().cloned(),
            network_acls: acls.map(|it| it.write(was.network_acls.as_ref())),
            disable_local_auth: !account.local_auth_enabled,
            ..Properties::default()
        },
        ..Body::default()
    }
}

impl NetworkAcls {
    /// Returns the rules, with the spelling and order of the existing ones.
    fn write(&self, live: Option<&Acls>) -> Acls {
        let none = Acls::default();
        let live = live.unwrap_or(&none);
        let wanted = self.ip_rules.clone().unwrap_or_default();
        let (known, there) = (keys(&wanted), |it: &IpRule| keys(&set(&it.value)));
        let mut ip_rules: Vec<_> =
            live.ip_rules.iter().filter(|it| there(it).is_subset(&known)).cloned().collect();
        let new = |it: &&String| !ip_rules.iter().any(|own| there(own) == keys(&set(it)));
        let new: Vec<_> =
            wanted.iter().filter(new).map(|it| IpRule { value: it.clone() }).collect();
        ip_rules.extend(new);
        let wanted = &self.virtual_network_rules.0;
        let of = |rule: &SubnetRule| {
            wanted.iter().find(|it| it.subnet_id.eq_ignore_ascii_case(&rule.id))
        };
        let kept = live.virtual_network_rules.iter().filter_map(|rule| {
            let ignores = of(rule)?.ignore_missing_vnet_service_endpoint;
            let was = rule.ignore_missing_vnet_service_endpoint;
            let ignores = Some(ignores).filter(|it| was.unwrap_or_default() != *it).or(was);
            Some(SubnetRule { ignore_missing_vnet_service_endpoint: ignores, ..rule.clone() })
        });
        let mut rules: Vec<SubnetRule> = kept.collect();
        let new = |it: &&VirtualNetworkRule| {
            !rules.iter().any(|rule| it.subnet_id.eq_ignore_ascii_case(&rule.id))
        };
        let new: Vec<_> = wanted.iter().filter(new).map(VirtualNetworkRule::write).collect();
        rules.extend(new);
        Acls {
            default_action: self.default_action.clone(),
            bypass: Some(self.bypass.clone()),
            ip_rules,
            virtual_network_rules: rules,
        }
    }

    fn read(live: &Acls) -> Self {
        let ranges: BTreeSet<_> = live.ip_rules.iter().map(|it| it.value.clone()).collect();
        let rules = live.virtual_network_rules.iter().map(|rule| VirtualNetworkRule {
            subnet_id: rule.id.clone(),
            ignore_missing_vnet_service_endpoint: rule
                .ignore_missing_vnet_service_endpoint
                .unwrap_or_default(),
        });
        Self {
            default_action: live.default_action.clone(),
            bypass: live.bypass.clone().unwrap_or_else(|| "AzureServices".to_owned()),
            ip_rules: Some(ranges),
            virtual_network_rules: BlockSet(rules.collect()),
        }
    }
}

impl VirtualNetworkRule {
    fn write(&self) -> SubnetRule {
        SubnetRule {
            id: self.subnet_id.clone(),
            state: None,
            ignore_missing_vnet_service_endpoint: Some(self.ignore_missing_vnet_service_endpoint),
        }
    }
}

fn set(text: &str) -> BTreeSet<String> {
    BTreeSet::from([text.to_owned()])
}

/// Sets the attributes from the account in Azure.
pub(super) fn read(account: &mut FoundryAccount, live: &Live<Body>) {
    let Body { location, tags: _, kind: _, sku, identity, properties } = &live.body;
    account.location = location.clone().unwrap_or_default();
    account.sku_name.clone_from(&sku.name);
    account.identity.0 = shown(&account.identity, identity.as_ref(), live.importing);
    let domain = properties.custom_sub_domain_name.clone();
    account.custom_subdomain_name = domain.filter(|it| !it.is_empty());
    let access = properties.public_network_access.clone();
    account.public_network_access.set(access.unwrap_or_else(|| "Enabled".to_owned()));
    let open = Acls { default_action: "Allow".to_owned(), ..Acls::default() };
    let restricts = |it: &&Acls| Acls { bypass: None, ..(*it).clone() } != open;
    let configured = account.network_acls.first().is_some();
    let acls = properties.network_acls.as_ref();
    let acls = acls.filter(|it| configured || live.importing && restricts(it));
    account.network_acls.0 = acls.map(NetworkAcls::read).into_iter().collect();
    account.local_auth_enabled = !properties.disable_local_auth;
    let injection = properties.network_injections.as_ref().and_then(|it| it.first());
    let subnet = injection.and_then(|it| it.subnet_arm_id.clone());
    account.agent_subnet_id = subnet.filter(|it| !it.is_empty());
    account.managed_network = injection.is_some_and(|it| it.use_microsoft_managed_network);
    account.endpoint.set(properties.endpoint.clone());
    account.endpoints.set(properties.endpoints.clone());
    let internal = properties.internal_id.clone();
    account.workspace_guid.set(internal.as_deref().and_then(internal_id::guid));
    account.internal_id.set(internal);
    account.provisioning_state.set(properties.provisioning_state.clone());
}
