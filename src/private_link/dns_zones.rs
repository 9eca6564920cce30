//! Private DNS zones of services, and the public DNS suffixes that each zone answers for.

use super::environment::Environment;

/// A public DNS suffix, and the private zone that answers for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DnsSuffix {
    /// What public names end in.
    pub public: &'static str,
    /// The private zone.
    pub zone: &'static str,
}

/// A private DNS zone of a service, in each cloud that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceZone {
    /// Its suffix and zone in the public cloud.
    pub public: Option<DnsSuffix>,
    /// Its suffix and zone in the US Government's cloud.
    pub us_government: Option<DnsSuffix>,
    /// Its suffix and zone in the cloud in China.
    pub china: Option<DnsSuffix>,
}

impl ServiceZone {
    /// Its suffix and zone in a cloud.
    pub fn in_cloud(&self, environment: Environment) -> Option<DnsSuffix> {
        match environment {
            Environment::Public => self.public,
            Environment::UsGovernment => self.us_government,
            Environment::China => self.china,
        }
    }

    /// Its suffixes and zones, with the cloud of each.
    pub fn in_every_cloud(&self) -> impl Iterator<Item = (Environment, DnsSuffix)> {
        let suffix = |cloud| self.in_cloud(cloud).map(|suffix| (cloud, suffix));
        Environment::ALL.map(suffix).into_iter().flatten()
    }
}

/// A zone whose suffixes stand in the order of [`Environment`]. Its name in a cloud is the suffix
/// with `privatelink.` before it, or is given.
macro_rules! service_zone {
    ($($public:literal),+) => { service_zone!($($public => concat!("privatelink.", $public)),+) };
    (
        $public:literal => $zone:expr,
        $gov:literal => $gov_zone:expr,
        $china:literal => $china_zone:expr
    ) => {
        ServiceZone {
            public: Some(DnsSuffix { public: $public, zone: $zone }),
            us_government: Some(DnsSuffix { public: $gov, zone: $gov_zone }),
            china: Some(DnsSuffix { public: $china, zone: $china_zone }),
        }
    };
}

/// The API of workspaces.
pub const WORKSPACE_API: ServiceZone =
    service_zone!("api.azureml.ms", "api.ml.azure.us", "api.ml.azure.cn");

/// The notebooks of workspaces.
pub const NOTEBOOKS: ServiceZone = service_zone!(
    "notebooks.azure.net",
    "notebooks.usgovcloudapi.net",
    "notebooks.chinacloudapi.cn"
);

/// Region-wide wildcard suffixes of online endpoints, with the workspace's zone of that cloud. The
/// wildcard itself must never be a record: the workspace's own wildcard in the zone serves, so this
/// is no zone of a group.
pub const INFERENCE: ServiceZone = service_zone!(
    "inference.ml.azure.com" => "privatelink.api.azureml.ms",
    "inference.ml.azure.us" => "privatelink.api.ml.azure.us",
    "inference.ml.azure.cn" => "privatelink.api.ml.azure.cn"
);

/// Cognitive services.
pub const COGNITIVE_SERVICES: ServiceZone = service_zone!(
    "cognitiveservices.azure.com",
    "cognitiveservices.azure.us",
    "cognitiveservices.azure.cn"
);

/// Azure OpenAI.
pub const OPENAI: ServiceZone =
    service_zone!("openai.azure.com", "openai.azure.us", "openai.azure.cn");

/// AI services.
pub const AI_SERVICES: ServiceZone =
    service_zone!("services.ai.azure.com", "services.ai.azure.us", "services.ai.azure.cn");

/// Blobs.
pub const BLOB: ServiceZone = service_zone!(
    "blob.core.windows.net",
    "blob.core.usgovcloudapi.net",
    "blob.core.chinacloudapi.cn"
);

/// Files.
pub const FILE: ServiceZone = service_zone!(
    "file.core.windows.net",
    "file.core.usgovcloudapi.net",
    "file.core.chinacloudapi.cn"
);

/// Queues.
pub const QUEUE: ServiceZone = service_zone!(
    "queue.core.windows.net",
    "queue.core.usgovcloudapi.net",
    "queue.core.chinacloudapi.cn"
);

/// Tables.
pub const TABLE: ServiceZone = service_zone!(
    "table.core.windows.net",
    "table.core.usgovcloudapi.net",
    "table.core.chinacloudapi.cn"
);

/// Data lakes.
pub const DFS: ServiceZone = service_zone!(
    "dfs.core.windows.net",
    "dfs.core.usgovcloudapi.net",
    "dfs.core.chinacloudapi.cn"
);

/// Static websites.
pub const WEB: ServiceZone = service_zone!(
    "web.core.windows.net",
    "web.core.usgovcloudapi.net",
    "web.core.chinacloudapi.cn"
);

/// Key vaults.
pub const VAULT: ServiceZone = service_zone!(
    "vault.azure.net" => "privatelink.vaultcore.azure.net",
    "vault.usgovcloudapi.net" => "privatelink.vaultcore.usgovcloudapi.net",
    "vault.azure.cn" => "privatelink.vaultcore.azure.cn"
);

/// Container registries.
pub const REGISTRY: ServiceZone = service_zone!("azurecr.io", "azurecr.us", "azurecr.cn");

/// Search services.
pub const SEARCH: ServiceZone =
    service_zone!("search.windows.net", "search.azure.us", "search.azure.cn");

/// Whether a zone of that name is one of private link, of whatever service.
pub fn is_private_link_zone(name: &str) -> bool {
    name.split('.').any(|label| label.eq_ignore_ascii_case("privatelink"))
}
