//! Public names and the records that they need in private zones.

use super::dns_zones::DnsSuffix;
use super::environment::Environment;
use super::services::{Service, every_suffix, workspace_suffixes};

/// Returns the regional suffix of online endpoints in a cloud. A record must never be the wildcard
/// below such a suffix: the workspace's own wildcard in the zone of its API serves instead. Source:
/// Microsoft's page on custom DNS of workspaces.
const fn inference(environment: Environment) -> &'static str {
    match environment {
        Environment::Public => "inference.ml.azure.com",
        Environment::UsGovernment => "inference.ml.azure.us",
        Environment::China => "inference.ml.azure.cn",
    }
}

/// Returns the zone of the workspace API in a cloud.
fn api_zone(environment: Environment) -> Option<&'static str> {
    workspace_suffixes(environment).map(|(api, _)| api.zone)
}

/// Returns the private zone and the record in it that answer for a public name: from the service's
/// group, otherwise from any service with that suffix.
///
/// Returns `None` for names of unknown services, and for the regional wildcard of online endpoints.
pub fn record_of(
    fqdn: &str,
    service: Option<&Service>,
    group: Option<&str>,
) -> Option<(String, String)> {
    let name = fqdn.trim_end_matches('.').to_ascii_lowercase();
    let own = service.zip(group).map(|(service, group)| service.suffixes(group));
    // The longest suffix is the most specific one.
    let longest = |suffixes: &mut dyn Iterator<Item = DnsSuffix>| {
        let answers = suffixes.filter_map(|it| Some((it.public.len(), it.answer(&name)?)));
        answers.max_by_key(|(length, _)| *length).map(|(_, answer)| answer)
    };
    longest(&mut own.into_iter().flatten().map(|(_, suffix)| suffix))
        .or_else(|| longest(&mut every_suffix().map(|(_, suffix)| suffix)))
}

/// Returns further suffixes of a workspace's names, which resolve to names in the zones of its
/// endpoint (Microsoft Learn, "How to use your workspace with a custom DNS server").
pub fn further_workspace_suffixes(environment: Environment) -> [&'static str; 3] {
    let instances = match environment {
        Environment::UsGovernment => "instances.ml.azure.us",
        Environment::Public | Environment::China => "instances.ml.azure.ms",
    };
    [instances, "aznbcontent.net", inference(environment)]
}

/// Returns the zone and the record that a workspace with this GUID needs instead of a regional
/// wildcard such as `*.eastus.inference.ml.azure.com`.
pub fn inference_record(fqdn: &str, guid: &str) -> Option<(String, String)> {
    let name = fqdn.trim_end_matches('.').to_ascii_lowercase();
    Environment::ALL.into_iter().find_map(|environment| {
        let region =
            name.strip_suffix(inference(environment))?.strip_suffix('.')?.strip_prefix("*.")?;
        Some((api_zone(environment)?.to_owned(), format!("*.{guid}.inference.{region}")))
    })
}

/// Returns `true` for a name of online endpoints, whose records contain the GUID of their
/// workspace.
pub fn is_inference(fqdn: &str) -> bool {
    let name = fqdn.trim_end_matches('.').to_ascii_lowercase();
    let below = |suffix: &str| name.strip_suffix(suffix).is_some_and(|it| it.ends_with('.'));
    Environment::ALL.into_iter().map(inference).any(below)
}

/// Returns the suffix of online endpoints in the cloud with this API suffix.
pub fn inference_suffix(api: &str) -> Option<&'static str> {
    let is_it = |environment: &Environment| {
        let api_suffix = workspace_suffixes(*environment).map(|(api, _)| api.public);
        api_suffix.is_some_and(|it| it.eq_ignore_ascii_case(api))
    };
    Environment::ALL.into_iter().find(is_it).map(inference)
}

/// Returns the GUID of a workspace from a name such as `GUID.workspace.eastus.api.azureml.ms`.
pub fn workspace_guid(fqdn: &str) -> Option<&str> {
    let (guid, rest) = fqdn.split_once('.')?;
    rest.starts_with("workspace.").then_some(guid)
}

/// A name that clients of a workspace use, with the record that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceName {
    /// Fully qualified name.
    pub fqdn: String,
    /// Name of the private zone.
    pub zone: &'static str,
    /// Name of the record in the zone.
    pub record: String,
}

/// Returns the names of a workspace: its API, the certificate name, its notebooks and its online
/// endpoints. `region` is spelled as by ARM.
pub fn workspace_names(
    guid: &str,
    name: &str,
    region: &str,
    environment: Environment,
) -> Vec<WorkspaceName> {
    let Some((api, notebooks)) = workspace_suffixes(environment) else { return Vec::new() };
    // Recorded for every workspace in westus3.
    let host = if region == "westus3" { "westus2" } else { region };
    // Azure truncates the name so that the first label has at most the 63 characters of DNS.
    let room = 63_usize.saturating_sub("ml---".len() + region.len() + guid.len());
    let short: String = name.to_lowercase().chars().take(room).collect();
    let plain = |record: String, suffix: DnsSuffix| WorkspaceName {
        fqdn: format!("{record}.{}", suffix.public),
        zone: suffix.zone,
        record,
    };
    vec![
        plain(format!("{guid}.workspace.{region}"), api),
        plain(format!("{guid}.workspace.{region}.cert"), api),
        plain(format!("ml-{short}-{region}-{guid}.{host}"), notebooks),
        WorkspaceName {
            fqdn: format!("*.{region}.{}", inference(environment)),
            zone: api.zone,
            record: format!("*.{guid}.inference.{region}"),
        },
    ]
}

/// Returns the name of the record for a public name in a zone, `@` for the zone's apex, or `None`
/// if the zone does not answer for the name.
pub fn record_in(fqdn: &str, zone: &str) -> Option<String> {
    let plain = |name: &str| name.trim_end_matches('.').to_ascii_lowercase();
    let (fqdn, zone) = (plain(fqdn), plain(zone));
    let below = |suffix: &str| {
        let record = fqdn.strip_suffix(suffix)?;
        if record.is_empty() {
            return Some("@".to_owned());
        }
        record.strip_suffix('.').map(str::to_owned)
    };
    // A regional zone has the `privatelink` label in the middle:
    // `eastus.data.privatelink.azurecr.io`.
    let labels = zone.split('.').filter(|label| *label != "privatelink");
    let public = labels.collect::<Vec<_>>().join(".");
    let mut answers = every_suffix().filter_map(|(_, suffix)| suffix.answer(&fqdn));
    below(&zone)
        .or_else(|| answers.find(|(known, _)| *known == zone).map(|(_, record)| record))
        .or_else(|| below(&public))
        .filter(|record| !record.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_name_maps_to_its_zone_and_record() {
        let check = |fqdn: &str, zone: &str, record: &str| {
            let expected = Some((zone.to_owned(), record.to_owned()));
            assert_eq!(record_of(fqdn, None, None), expected, "{fqdn}");
        };
        check(
            "G.workspace.eastus.api.azureml.ms",
            "privatelink.api.azureml.ms",
            "g.workspace.eastus",
        );
        check(
            "ml-a-eastus-g.eastus.notebooks.azure.net",
            "privatelink.notebooks.azure.net",
            "ml-a-eastus-g.eastus",
        );
        check("kv.vault.azure.net", "privatelink.vaultcore.azure.net", "kv");
        check("a.eastus.data.azurecr.io", "privatelink.azurecr.io", "a.eastus.data");
        check("s.blob.core.chinacloudapi.cn.", "privatelink.blob.core.chinacloudapi.cn", "s");
        assert_eq!(record_of("example.com", None, None), None);
        assert_eq!(record_of("*.eastus.inference.ml.azure.com", None, None), None);
    }

    #[test]
    fn regional_wildcard_becomes_the_wildcard_of_the_workspace() {
        let record = inference_record("*.eastus.inference.ml.azure.com", "g");
        assert_eq!(
            record,
            Some(("privatelink.api.azureml.ms".into(), "*.g.inference.eastus".into()))
        );
        assert_eq!(inference_record("a.api.azureml.ms", "g"), None);
        assert_eq!(workspace_guid("g.workspace.eastus.api.azureml.ms"), Some("g"));
    }

    #[test]
    fn record_name_is_relative_to_its_zone() {
        for (fqdn, zone, record) in [
            (
                "G.workspace.eastus.api.azureml.ms",
                "privatelink.api.azureml.ms",
                Some("g.workspace.eastus"),
            ),
            ("kv.vault.azure.net", "privatelink.vaultcore.azure.net.", Some("kv")),
            ("a.privatelink.azurecr.io", "privatelink.azurecr.io", Some("a")),
            ("a.azurecr.io", "privatelink.azurecr.io", Some("a")),
            ("a.eastus.data.azurecr.io", "eastus.data.privatelink.azurecr.io", Some("a")),
            ("host.corp.example", "corp.example", Some("host")),
            ("corp.example", "corp.example", Some("@")),
            ("notcorp.example", "corp.example", None),
            ("kv.vault.azure.net", "privatelink.azurecr.io", None),
        ] {
            assert_eq!(record_in(fqdn, zone).as_deref(), record, "{fqdn} in {zone}");
        }
    }

    #[test]
    fn long_workspace_name_is_truncated_to_one_label() {
        let guid = "00000000-0000-0000-0000-000000000000";
        let names = workspace_names(guid, &"n".repeat(33), "eastus", Environment::Public);
        let label = names[2].fqdn.split('.').next().map(str::len);
        assert_eq!(label, Some(63));
        assert!(
            names
                .iter()
                .all(|name| record_in(&name.fqdn, name.zone).as_deref() == Some(&name.record)
                    || name.fqdn.starts_with('*'))
        );
    }
}
