//! What Azure publishes about private link: the groups of each kind of target, their private DNS
//! zones, and the public names that those zones stand for.
//!
//! Source: Microsoft's table of private DNS zone values, and for the workspace its custom DNS page.

/// One public DNS suffix and the private zone that answers for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suffix {
    /// What public names end in.
    pub public: &'static str,
    /// The zone.
    pub zone: &'static str,
}

const fn suffix(public: &'static str, zone: &'static str) -> Suffix {
    Suffix { public, zone }
}

/// Every public suffix of the services here, in the public, US Government and China clouds.
pub const SUFFIXES: &[Suffix] = &[
    suffix("api.azureml.ms", "privatelink.api.azureml.ms"),
    suffix("notebooks.azure.net", "privatelink.notebooks.azure.net"),
    suffix(
        "cognitiveservices.azure.com",
        "privatelink.cognitiveservices.azure.com",
    ),
    suffix("openai.azure.com", "privatelink.openai.azure.com"),
    suffix("services.ai.azure.com", "privatelink.services.ai.azure.com"),
    suffix("blob.core.windows.net", "privatelink.blob.core.windows.net"),
    suffix("file.core.windows.net", "privatelink.file.core.windows.net"),
    suffix(
        "queue.core.windows.net",
        "privatelink.queue.core.windows.net",
    ),
    suffix(
        "table.core.windows.net",
        "privatelink.table.core.windows.net",
    ),
    suffix("dfs.core.windows.net", "privatelink.dfs.core.windows.net"),
    suffix("web.core.windows.net", "privatelink.web.core.windows.net"),
    suffix("vault.azure.net", "privatelink.vaultcore.azure.net"),
    suffix("azurecr.io", "privatelink.azurecr.io"),
    suffix("search.windows.net", "privatelink.search.windows.net"),
    suffix("api.ml.azure.us", "privatelink.api.ml.azure.us"),
    suffix(
        "notebooks.usgovcloudapi.net",
        "privatelink.notebooks.usgovcloudapi.net",
    ),
    suffix(
        "cognitiveservices.azure.us",
        "privatelink.cognitiveservices.azure.us",
    ),
    suffix("openai.azure.us", "privatelink.openai.azure.us"),
    suffix("services.ai.azure.us", "privatelink.services.ai.azure.us"),
    suffix(
        "blob.core.usgovcloudapi.net",
        "privatelink.blob.core.usgovcloudapi.net",
    ),
    suffix(
        "file.core.usgovcloudapi.net",
        "privatelink.file.core.usgovcloudapi.net",
    ),
    suffix(
        "queue.core.usgovcloudapi.net",
        "privatelink.queue.core.usgovcloudapi.net",
    ),
    suffix(
        "table.core.usgovcloudapi.net",
        "privatelink.table.core.usgovcloudapi.net",
    ),
    suffix(
        "dfs.core.usgovcloudapi.net",
        "privatelink.dfs.core.usgovcloudapi.net",
    ),
    suffix(
        "web.core.usgovcloudapi.net",
        "privatelink.web.core.usgovcloudapi.net",
    ),
    suffix(
        "vault.usgovcloudapi.net",
        "privatelink.vaultcore.usgovcloudapi.net",
    ),
    suffix("azurecr.us", "privatelink.azurecr.us"),
    suffix("search.azure.us", "privatelink.search.azure.us"),
    suffix("api.ml.azure.cn", "privatelink.api.ml.azure.cn"),
    suffix(
        "notebooks.chinacloudapi.cn",
        "privatelink.notebooks.chinacloudapi.cn",
    ),
    suffix(
        "cognitiveservices.azure.cn",
        "privatelink.cognitiveservices.azure.cn",
    ),
    suffix("openai.azure.cn", "privatelink.openai.azure.cn"),
    suffix("services.ai.azure.cn", "privatelink.services.ai.azure.cn"),
    suffix(
        "blob.core.chinacloudapi.cn",
        "privatelink.blob.core.chinacloudapi.cn",
    ),
    suffix(
        "file.core.chinacloudapi.cn",
        "privatelink.file.core.chinacloudapi.cn",
    ),
    suffix(
        "queue.core.chinacloudapi.cn",
        "privatelink.queue.core.chinacloudapi.cn",
    ),
    suffix(
        "table.core.chinacloudapi.cn",
        "privatelink.table.core.chinacloudapi.cn",
    ),
    suffix(
        "dfs.core.chinacloudapi.cn",
        "privatelink.dfs.core.chinacloudapi.cn",
    ),
    suffix(
        "web.core.chinacloudapi.cn",
        "privatelink.web.core.chinacloudapi.cn",
    ),
    suffix("vault.azure.cn", "privatelink.vaultcore.azure.cn"),
    suffix("azurecr.cn", "privatelink.azurecr.cn"),
    suffix("search.azure.cn", "privatelink.search.azure.cn"),
];

/// Region-wide wildcard suffixes of online endpoints, with the workspace's zone of that cloud: the
/// wildcard itself must never be a record, the workspace's own wildcard in the zone serves.
const INFERENCE: &[Suffix] = &[
    suffix("inference.ml.azure.com", "privatelink.api.azureml.ms"),
    suffix("inference.ml.azure.us", "privatelink.api.ml.azure.us"),
    suffix("inference.ml.azure.cn", "privatelink.api.ml.azure.cn"),
];

/// A type of resource that private endpoints can reach, and one of its groups.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// ARM's name of the type.
    pub ty: &'static str,
    /// The group ID, which azurerm calls subresource name.
    pub name: &'static str,
}

const fn group(ty: &'static str, name: &'static str) -> Group {
    Group { ty, name }
}

/// The groups of the types that this provider is for.
pub const GROUPS: &[Group] = &[
    group(
        "Microsoft.MachineLearningServices/workspaces",
        "amlworkspace",
    ),
    group("Microsoft.CognitiveServices/accounts", "account"),
    group("Microsoft.Storage/storageAccounts", "blob"),
    group("Microsoft.Storage/storageAccounts", "blob_secondary"),
    group("Microsoft.Storage/storageAccounts", "table"),
    group("Microsoft.Storage/storageAccounts", "table_secondary"),
    group("Microsoft.Storage/storageAccounts", "queue"),
    group("Microsoft.Storage/storageAccounts", "queue_secondary"),
    group("Microsoft.Storage/storageAccounts", "file"),
    group("Microsoft.Storage/storageAccounts", "web"),
    group("Microsoft.Storage/storageAccounts", "web_secondary"),
    group("Microsoft.Storage/storageAccounts", "dfs"),
    group("Microsoft.Storage/storageAccounts", "dfs_secondary"),
    group("Microsoft.KeyVault/vaults", "vault"),
    group("Microsoft.ContainerRegistry/registries", "registry"),
    group("Microsoft.Search/searchServices", "searchService"),
];

/// The groups of a type; none for a type that is not in the table.
pub fn groups_of(ty: &str) -> Vec<&'static str> {
    let of_type = GROUPS
        .iter()
        .filter(|group| group.ty.eq_ignore_ascii_case(ty));
    of_type.map(|group| group.name).collect()
}

/// The private zone and the record in it that answer for a public name.
///
/// `None` for names of other services, and for the region-wide wildcard of online endpoints.
pub fn record_of(fqdn: &str) -> Option<(&'static str, String)> {
    let name = fqdn.trim_end_matches('.').to_ascii_lowercase();
    // The longest suffix wins: `x.privatelink.azurecr.io` is no record of `azurecr.io`.
    SUFFIXES
        .iter()
        .filter_map(|suffix| {
            let record = name.strip_suffix(suffix.public)?.strip_suffix('.')?;
            Some((
                suffix.zone,
                record.trim_end_matches(".privatelink").to_owned(),
            ))
        })
        .max_by_key(|(zone, _)| zone.len())
}

/// For a region-wide wildcard such as `*.eastus.inference.ml.azure.com`: the zone, and the record
/// that a workspace with this GUID needs there instead.
pub fn inference_record(fqdn: &str, guid: &str) -> Option<(&'static str, String)> {
    let name = fqdn.trim_end_matches('.').to_ascii_lowercase();
    INFERENCE.iter().find_map(|suffix| {
        let region = name
            .strip_suffix(suffix.public)?
            .strip_suffix('.')?
            .strip_prefix("*.")?;
        Some((suffix.zone, format!("*.{guid}.inference.{region}")))
    })
}

/// The GUID of the workspace that a name such as `GUID.workspace.eastus.api.azureml.ms` is of.
pub fn workspace_guid(fqdn: &str) -> Option<&str> {
    let (guid, rest) = fqdn.split_once('.')?;
    rest.starts_with("workspace.").then_some(guid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_names_find_their_records() {
        let check = |fqdn: &str, zone: &str, record: &str| {
            assert_eq!(record_of(fqdn), Some((zone, record.to_owned())), "{fqdn}");
        };
        check(
            "G.workspace.eastus.api.azureml.ms",
            "privatelink.api.azureml.ms",
            "g.workspace.eastus",
        );
        check(
            "ml-a-eastus-g.eastus.notebooks.azure.net",
            "privatelink.notebooks.azure.net",
            { "ml-a-eastus-g.eastus" },
        );
        check(
            "kv.vault.azure.net",
            "privatelink.vaultcore.azure.net",
            "kv",
        );
        check(
            "a.eastus.data.azurecr.io",
            "privatelink.azurecr.io",
            "a.eastus.data",
        );
        check(
            "s.blob.core.chinacloudapi.cn.",
            "privatelink.blob.core.chinacloudapi.cn",
            "s",
        );
        assert_eq!(record_of("example.com"), None);
        assert_eq!(record_of("*.eastus.inference.ml.azure.com"), None);
    }

    #[test]
    fn the_region_wide_wildcard_becomes_the_workspaces_own() {
        let record = inference_record("*.eastus.inference.ml.azure.com", "g");
        assert_eq!(
            record,
            Some(("privatelink.api.azureml.ms", "*.g.inference.eastus".into()))
        );
        assert_eq!(inference_record("a.api.azureml.ms", "g"), None);
        assert_eq!(
            workspace_guid("g.workspace.eastus.api.azureml.ms"),
            Some("g")
        );
    }
}
