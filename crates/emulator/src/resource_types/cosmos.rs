//! Microsoft.DocumentDB/databaseAccounts: Azure Cosmos DB.

use serde_json::{Value, json};

use super::common::{PLAIN, hide_empty_connections};
use super::{identity, versions};
use crate::arm_error::ArmError;
use crate::body;
use crate::cloud::{CHINA, Cloud, PUBLIC};
use crate::guid::fixed_guid;
use crate::resource_id::{ResourceId, region, same};
use crate::world::World;
use crate::world::private_link::{LinkGroup, LinkMember, ServedName};
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::PENDING;
use crate::world::type_info::{Delete, Flag, Patch, Poll, Reply, TypeInfo};

/// Type of Azure Cosmos DB accounts.
pub(crate) struct Cosmos;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.DocumentDB/databaseAccounts",
    versions: versions::COSMOS,
    writable: &[
        "analyticalStorageConfiguration",
        "apiProperties",
        "backupPolicy",
        "capabilities",
        "capacity",
        "connectorOffer",
        "consistencyPolicy",
        "cors",
        "createMode",
        "databaseAccountOfferType",
        "defaultIdentity",
        "disableKeyBasedMetadataWriteAccess",
        "disableLocalAuth",
        "enableAnalyticalStorage",
        "enableAutomaticFailover",
        "enableBurstCapacity",
        "enableCassandraConnector",
        "enableFreeTier",
        "enableMultipleWriteLocations",
        "enablePartitionMerge",
        "ipRules",
        "isVirtualNetworkFilterEnabled",
        "keyVaultKeyUri",
        "locations",
        "minimalTlsVersion",
        "networkAclBypass",
        "networkAclBypassResourceIds",
        "publicNetworkAccess",
        "restoreParameters",
        "virtualNetworkRules",
    ],
    read_only: &[
        "EnabledApiTypes",
        "documentEndpoint",
        "failoverPolicies",
        "instanceId",
        "keysMetadata",
        "privateEndpointConnections",
        "provisioningState",
        "readLocations",
        "sqlEndpoint",
        "writeLocations",
    ],
    top: &["identity", "kind"],
    put: Reply::AsyncBoth,
    put_again: Reply::AsyncBoth,
    created: 200,
    patch: Patch::Merge(Reply::AsyncBoth),
    delete: Delete::Both,
    poll: Poll::Cosmos,
    flag: Some(Flag {
        values: &["Enabled", "Disabled", "SecuredByPerimeter"],
        exact: true,
        default: "Enabled",
    }),
    busy: BUSY,
    valid_name: account_name,
    ..PLAIN
};

/// Status and code of a write during another one (hashicorp/terraform-provider-azurerm#15842).
const BUSY: (u16, &str) = (412, "PreconditionFailed");

/// Returns the error for a write during another one of the account or of its children.
pub(crate) fn locked(id: &ResourceId) -> ArmError {
    let account = id.full_name();
    let account = account.split('/').next().unwrap_or_default();
    let text = format!(
        "There is another user operation in progress which requires an exclusive lock on \
         [{account}]. Please retry after sometime."
    );
    ArmError::new(BUSY.0, BUSY.1, text)
}

fn within_type(id: &ResourceId) -> bool {
    id.resource_type().to_lowercase().starts_with(&INFO.name.to_lowercase())
}

/// Refuses a write of an account or its children while another one is running.
pub(super) fn check_lock(world: &World, id: &ResourceId) -> Result<(), ArmError> {
    if !within_type(id) {
        return Ok(());
    }
    let account = id.parent().unwrap_or_else(|| id.clone()).key();
    match world.operations.busy(&account) || world.operations.busy_below(&account) {
        true => Err(locked(id)),
        false => Ok(()),
    }
}

/// Groups, each with the domain of its names. If the flag is `true`, only the public cloud has the
/// group.
const GROUPS: [(&str, &str, bool); 7] = [
    ("Sql", "documents", true),
    ("MongoDB", "mongo.cosmos", true),
    ("Cassandra", "cassandra.cosmos", true),
    ("Gremlin", "gremlin.cosmos", true),
    ("Table", "table.cosmos", true),
    ("Analytical", "analytics.cosmos", false),
    ("SqlDedicated", "sqlx.cosmos", false),
];

/// Returns the groups of an account, which are those of its API (a guess, except for `Sql`). An
/// account without a known kind has all groups.
fn offered(shown: &Value) -> Vec<&'static str> {
    let capability = |name: &str| {
        let mut all = shown["properties"]["capabilities"].as_array().into_iter().flatten();
        all.any(|it| it["name"] == name)
    };
    match shown["kind"].as_str() {
        None => GROUPS.iter().map(|(name, ..)| *name).collect(),
        Some("MongoDB") => vec!["MongoDB", "Analytical"],
        _ if capability("EnableCassandra") => vec!["Cassandra", "Analytical"],
        _ if capability("EnableGremlin") => vec!["Sql", "Gremlin", "Analytical"],
        _ if capability("EnableTable") => vec!["Sql", "Table", "Analytical"],
        _ => vec!["Sql", "Analytical", "SqlDedicated"],
    }
}

/// Returns the regions of an account, as they appear in its names.
fn regions(shown: &Value) -> Vec<String> {
    let listed = shown["properties"]["locations"].as_array().into_iter().flatten();
    let mut regions: Vec<String> =
        listed.filter_map(|it| it["locationName"].as_str()).map(region).collect();
    if regions.is_empty() {
        regions.push(region(shown["location"].as_str().unwrap_or("eastus")));
    }
    regions
}

impl ResourceType for Cosmos {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        check_lock(world, write.id)?;
        check_words(write)?;
        if write.before.is_none() {
            check_create(world, write)?;
        }
        // Regions change separately from other properties (the API's description says so).
        let mut others = write.body["properties"].as_object().into_iter().flatten();
        let changed = |(name, value): (&String, &Value)| {
            name != "locations" && INFO.takes(name) && *value != *write.stored(name)
        };
        let moves = write.before.is_some_and(|before| {
            let asked = &write.body["properties"];
            !asked["locations"].is_null() && regions(write.body) != regions(before)
        });
        if moves && others.any(changed) {
            let text = "Adding or removing regions along with other changes is not supported.";
            return Err(ArmError::bad("BadRequest", text));
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        identity::fill(world, next);
        if let Some(map) = next.as_object_mut() {
            map.remove(PENDING);
        }
        let (id, name) = (write.id.key(), write.id.name().to_lowercase());
        let domain = domain("documents", world.settings.cloud);
        let endpoint = format!("https://{name}.{domain}:443/");
        let properties = &mut next["properties"];
        properties["documentEndpoint"] = json!(endpoint);
        properties["sqlEndpoint"] = json!(endpoint);
        properties["EnabledApiTypes"] = json!("Sql");
        let defaults = json!({
            "backupPolicy": { "type": "Periodic" },
            "capabilities": [],
            "consistencyPolicy": { "defaultConsistencyLevel": "Session" },
            "cors": [],
            "defaultIdentity": "FirstPartyIdentity",
            "disableLocalAuth": false,
            "enableAutomaticFailover": true,
            "enableFreeTier": false,
            "enableMultipleWriteLocations": false,
            "instanceId": fixed_guid(&format!("cosmos {id}")).to_string(),
            "ipRules": [],
            "isVirtualNetworkFilterEnabled": false,
            "keysMetadata": {},
            "minimalTlsVersion": "Tls12",
            "networkAclBypass": "None",
            "networkAclBypassResourceIds": [],
            "virtualNetworkRules": [],
        });
        identity::default(properties, defaults);
        // A `PATCH` shows the previous values until it ends (recorded by the Azure CLI's tests).
        if let (true, Some(before)) = (write.patch, write.before) {
            let mut shown = before["properties"].clone();
            shown["provisioningState"] = json!(INFO.states.updating);
            next[PENDING] = std::mem::replace(&mut next["properties"], shown);
        }
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        if let Some(own) = world.store.get_mut(&id.to_string())
            && let Some(mut changed) = own.body.as_object_mut().and_then(|it| it.remove(PENDING))
        {
            changed["provisioningState"] = json!(INFO.states.done);
            own.body["properties"] = changed;
        }
    }

    fn render(&self, _world: &World, shown: &mut Value, _version: &str) {
        hide_empty_connections(&mut shown["properties"]);
    }

    fn link_groups(&self, cloud: &Cloud, shown: &Value) -> Vec<LinkGroup> {
        let name = shown["name"].as_str().unwrap_or_default().to_lowercase();
        let offered = offered(shown);
        let there = |(group, _, everywhere): &&(&str, &str, bool)| {
            offered.contains(group) && (*everywhere || cloud.name == PUBLIC.name)
        };
        let of = |(group, part, _): &(&str, &str, bool)| {
            let domain = domain(part, cloud);
            // One name for each region, and the account's own (recorded by the Azure CLI's tests).
            let regional = regions(shown).into_iter().map(|region| format!("{name}-{region}"));
            let regional = regional.filter(|_| *group != "Analytical");
            let member = |label: String| LinkMember {
                names: vec![ServedName::new(&label, &domain)],
                name: label,
            };
            LinkGroup {
                id: (*group).to_owned(),
                members: regional.chain([name.clone()]).map(member).collect(),
                zones: vec![format!("privatelink.{domain}")],
            }
        };
        GROUPS.iter().filter(there).map(of).collect()
    }
}

/// Returns a domain of Cosmos DB in a cloud.
fn domain(part: &str, cloud: &Cloud) -> String {
    let end = match cloud.name {
        name if name == PUBLIC.name => "com",
        name if name == CHINA.name => "cn",
        _ => "us",
    };
    format!("{part}.azure.{end}")
}

/// Refuses unknown values of the properties that are case-sensitive.
fn check_words(write: &WriteRequest<'_>) -> Result<(), ArmError> {
    for (name, words) in [
        ("databaseAccountOfferType", &["Standard"][..]),
        ("minimalTlsVersion", &["Tls", "Tls11", "Tls12"]),
        ("networkAclBypass", &["None", "AzureServices"]),
    ] {
        let asked = write.property(name);
        if !asked.is_null() && !asked.as_str().is_some_and(|asked| words.contains(&asked)) {
            let wanted = format!("one of {}", words.join(", "));
            return Err(body::wrong_type(&INFO, &format!("properties.{name}"), &wanted));
        }
    }
    Ok(())
}

fn check_create(world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    for name in ["databaseAccountOfferType", "locations"] {
        if write.property(name).is_null() {
            let text = format!("The property '{name}' of the account is required.");
            return Err(ArmError::bad("BadRequest", text));
        }
    }
    // Azure/terraform-azurerm-avm-res-documentdb-databaseaccount#102.
    if *write.property("enableAnalyticalStorage") == json!(true) {
        let text = "Analytical storage cannot be enabled at the creation of an account.";
        return Err(ArmError::bad("BadRequest", text));
    }
    let name = write.id.name();
    if world.store.of_type(INFO.name).any(|other| same(other.id.name(), name)) {
        // OfficeDev/microsoft-teams-apps-callrecord-insights#26.
        let text = format!(
            "Dns record for {name} under zone Document is already taken. Please use a different \
             name for the account."
        );
        return Err(ArmError::bad("BadRequest", text));
    }
    Ok(())
}

/// Returns `true` for 3 to 44 lower-case letters, digits and hyphens.
fn account_name(name: &str) -> bool {
    (3..=44).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
