//! What Azure publishes about private link: the groups of each kind of target, their private DNS
//! zones, and the public names that those zones stand for, in each cloud.
//!
//! Source: Microsoft's table of private DNS zone values, and for the workspace its custom DNS page.

mod interface;
mod names;

pub use interface::{Interface, Needed};
pub use names::{
    Name, inference_record, inference_suffix, is_inference, record_in, record_of, workspace_guid,
    workspace_names,
};

use serde_json::Value as Json;

/// A cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Azure as most know it.
    Public,
    /// The United States Government's.
    UsGovernment,
    /// Azure in China, operated by 21Vianet.
    China,
}

impl Environment {
    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Public => "the public cloud",
            Self::UsGovernment => "the US Government's cloud",
            Self::China => "the cloud in China",
        }
    }
}

/// azurerm's names of the clouds.
pub const ENVIRONMENTS: &[&str] = &["public", "usgovernment", "china"];

impl Environment {
    /// The cloud of that name, in any case: azurerm's, or the one of its metadata document.
    pub fn by_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "public" | "global" | "azurecloud" => Some(Self::Public),
            "usgovernment" | "usgovernmentl4" | "usgovernmentl5" | "dod" | "azureusgovernment" => {
                Some(Self::UsGovernment)
            }
            "china" | "azurechinacloud" => Some(Self::China),
            _ => None,
        }
    }
}

/// One public DNS suffix and the private zone that answers for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Suffix {
    /// What public names end in.
    public: &'static str,
    /// The zone.
    zone: &'static str,
}

/// A service: its suffix in each cloud, in the order of [`Environment`].
#[derive(Clone, Copy, Debug)]
struct Service {
    name: &'static str,
    suffixes: [Suffix; 3],
}

impl Service {
    fn of(&self, environment: Environment) -> Suffix {
        let [public, government, china] = self.suffixes;
        match environment {
            Environment::Public => public,
            Environment::UsGovernment => government,
            Environment::China => china,
        }
    }
}

/// A service whose zones are its suffixes with `privatelink.` before them, or are given.
macro_rules! service {
    ($name:literal, $($public:literal),+) => {
        service!($name, $($public => concat!("privatelink.", $public)),+)
    };
    ($name:literal, $($public:literal => $zone:expr),+) => {
        Service { name: $name, suffixes: [$(Suffix { public: $public, zone: $zone }),+] }
    };
}

const SERVICES: &[Service] = &[
    service!("api", "api.azureml.ms", "api.ml.azure.us", "api.ml.azure.cn"),
    service!(
        "notebooks",
        "notebooks.azure.net",
        "notebooks.usgovcloudapi.net",
        "notebooks.chinacloudapi.cn"
    ),
    service!(
        "cognitiveservices",
        "cognitiveservices.azure.com",
        "cognitiveservices.azure.us",
        "cognitiveservices.azure.cn"
    ),
    service!("openai", "openai.azure.com", "openai.azure.us", "openai.azure.cn"),
    service!(
        "services.ai",
        "services.ai.azure.com",
        "services.ai.azure.us",
        "services.ai.azure.cn"
    ),
    service!(
        "blob",
        "blob.core.windows.net",
        "blob.core.usgovcloudapi.net",
        "blob.core.chinacloudapi.cn"
    ),
    service!(
        "file",
        "file.core.windows.net",
        "file.core.usgovcloudapi.net",
        "file.core.chinacloudapi.cn"
    ),
    service!(
        "queue",
        "queue.core.windows.net",
        "queue.core.usgovcloudapi.net",
        "queue.core.chinacloudapi.cn"
    ),
    service!(
        "table",
        "table.core.windows.net",
        "table.core.usgovcloudapi.net",
        "table.core.chinacloudapi.cn"
    ),
    service!(
        "dfs",
        "dfs.core.windows.net",
        "dfs.core.usgovcloudapi.net",
        "dfs.core.chinacloudapi.cn"
    ),
    service!(
        "web",
        "web.core.windows.net",
        "web.core.usgovcloudapi.net",
        "web.core.chinacloudapi.cn"
    ),
    service!(
        "vault",
        "vault.azure.net" => "privatelink.vaultcore.azure.net",
        "vault.usgovcloudapi.net" => "privatelink.vaultcore.usgovcloudapi.net",
        "vault.azure.cn" => "privatelink.vaultcore.azure.cn"
    ),
    service!("registry", "azurecr.io", "azurecr.us", "azurecr.cn"),
    service!("search", "search.windows.net", "search.azure.us", "search.azure.cn"),
];

/// Region-wide wildcard suffixes of online endpoints, with the workspace's zone of that cloud: the
/// wildcard itself must never be a record, the workspace's own wildcard in the zone serves.
const INFERENCE: Service = service!(
    "inference",
    "inference.ml.azure.com" => "privatelink.api.azureml.ms",
    "inference.ml.azure.us" => "privatelink.api.ml.azure.us",
    "inference.ml.azure.cn" => "privatelink.api.ml.azure.cn"
);

/// A type of resource that private endpoints can reach.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// ARM's name of the type.
    pub ty: &'static str,
    /// The API version that is spoken with its connections: azurerm 5.2's, which every cloud has.
    pub api: &'static str,
    /// Addresses that an endpoint to it takes at least.
    pub addresses: usize,
    /// Its group IDs, which azurerm calls subresource names, with the services that each has.
    groups: &'static [(&'static str, &'static [&'static str])],
}

/// The types that this provider is for.
pub const TARGETS: &[Target] = &[
    Target {
        ty: "Microsoft.MachineLearningServices/workspaces",
        api: "2025-06-01",
        addresses: 3,
        groups: &[("amlworkspace", &["api", "notebooks"])],
    },
    Target {
        ty: "Microsoft.CognitiveServices/accounts",
        api: "2026-03-01",
        addresses: 1,
        groups: &[("account", &["cognitiveservices", "openai", "services.ai"])],
    },
    Target {
        ty: "Microsoft.Storage/storageAccounts",
        api: "2025-08-01",
        addresses: 1,
        groups: &[
            ("blob", &["blob"]),
            ("blob_secondary", &["blob"]),
            ("table", &["table"]),
            ("table_secondary", &["table"]),
            ("queue", &["queue"]),
            ("queue_secondary", &["queue"]),
            ("file", &["file"]),
            ("web", &["web"]),
            ("web_secondary", &["web"]),
            ("dfs", &["dfs"]),
            ("dfs_secondary", &["dfs"]),
        ],
    },
    Target {
        ty: "Microsoft.KeyVault/vaults",
        api: "2026-02-01",
        addresses: 1,
        groups: &[("vault", &["vault"])],
    },
    Target {
        ty: "Microsoft.ContainerRegistry/registries",
        api: "2025-11-01",
        addresses: 2,
        groups: &[("registry", &["registry"])],
    },
    Target {
        ty: "Microsoft.Search/searchServices",
        api: "2025-05-01",
        addresses: 1,
        groups: &[("searchService", &["search"])],
    },
];

/// ARM's names of the types of [`TARGETS`].
pub const TYPES: &[&str] =
    &[TARGETS[0].ty, TARGETS[1].ty, TARGETS[2].ty, TARGETS[3].ty, TARGETS[4].ty, TARGETS[5].ty];

/// Every zone, with the cloud that it is of.
pub fn every_zone() -> impl Iterator<Item = (Environment, &'static str)> {
    let clouds = [Environment::Public, Environment::UsGovernment, Environment::China];
    SERVICES.iter().flat_map(move |service| clouds.map(|cloud| (cloud, service.of(cloud).zone)))
}

/// Whether a zone of that name is one of private link, of whatever service.
pub fn is_zone(name: &str) -> bool {
    name.split('.').any(|label| label.eq_ignore_ascii_case("privatelink"))
}

/// ARM's names of the types that have a group with that zone, in any cloud.
pub fn services_of(zone: &str) -> Vec<String> {
    let clouds = [Environment::Public, Environment::UsGovernment, Environment::China];
    let answers = |target: &&Target| {
        let groups = target.groups();
        let zones = groups.iter().flat_map(|group| clouds.map(|cloud| target.zones(group, cloud)));
        zones.flatten().flatten().any(|known| known.eq_ignore_ascii_case(zone))
    };
    TARGETS.iter().filter(answers).map(|target| target.ty.to_owned()).collect()
}

/// The states of a private endpoint connection.
pub const STATUSES: &[&str] = &["Approved", "Pending", "Rejected", "Disconnected", "Timeout"];

/// Whether a workspace is a project, which is reached through its hub.
pub fn is_project(workspace: &Json) -> bool {
    workspace["kind"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("project"))
}

/// The type of that name, in any case.
pub fn target(ty: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.ty.eq_ignore_ascii_case(ty))
}

/// The groups of a type; none for a type that is not in the table.
pub fn groups_of(ty: &str) -> Vec<&'static str> {
    target(ty).map_or_else(Vec::new, Target::groups)
}

impl Target {
    /// Its group IDs.
    pub fn groups(&self) -> Vec<&'static str> {
        self.groups.iter().map(|(name, _)| *name).collect()
    }

    /// The private DNS zones of a group in a cloud; `None` where it has no such group.
    pub fn zones(&self, group: &str, environment: Environment) -> Option<Vec<&'static str>> {
        let named = |(name, _): &&(&str, _)| name.eq_ignore_ascii_case(group);
        let (_, services) = self.groups.iter().find(named)?;
        let of_group = SERVICES.iter().filter(|service| services.contains(&service.name));
        Some(of_group.map(|service| service.of(environment).zone).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_has_its_zones_in_each_cloud() {
        let check = |ty: &str, group: &str, environment: &str, zones: &[&str]| {
            let environment = Environment::by_name(environment).unwrap();
            let found = target(ty).and_then(|target| target.zones(group, environment));
            assert_eq!(found.as_deref(), Some(zones), "{ty} {group}");
        };
        let workspace = "microsoft.machinelearningservices/WORKSPACES";
        check(
            workspace,
            "amlworkspace",
            "public",
            &["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"],
        );
        check(
            workspace,
            "AmlWorkspace",
            "China",
            &["privatelink.api.ml.azure.cn", "privatelink.notebooks.chinacloudapi.cn"],
        );
        let vault = ["privatelink.vaultcore.usgovcloudapi.net"];
        check("Microsoft.KeyVault/vaults", "vault", "usgovernment", &vault);
        let blob = ["privatelink.blob.core.windows.net"];
        check("Microsoft.Storage/storageAccounts", "blob_secondary", "Global", &blob);
    }

    #[test]
    fn a_zone_tells_whose_it_is() {
        let rows: [(&str, bool, &[&str]); 5] = [
            ("PrivateLink.api.azureml.ms", true, &["Microsoft.MachineLearningServices/workspaces"]),
            (
                "privatelink.blob.core.chinacloudapi.cn",
                true,
                &["Microsoft.Storage/storageAccounts"],
            ),
            ("eastus.data.privatelink.azurecr.io", true, &[]),
            ("privatelink.postgres.database.azure.com", true, &[]),
            ("corp.example.org", false, &[]),
        ];
        for (zone, private, services) in rows {
            assert_eq!(is_zone(zone), private, "{zone}");
            assert_eq!(services_of(zone), services, "{zone}");
        }
    }

    #[test]
    fn every_group_is_made_of_services_that_are_known() {
        for (_, services) in TARGETS.iter().flat_map(|target| target.groups) {
            for name in *services {
                assert!(SERVICES.iter().any(|service| service.name == *name), "{name}");
            }
        }
        assert_eq!(TYPES.len(), TARGETS.len());
    }
}
