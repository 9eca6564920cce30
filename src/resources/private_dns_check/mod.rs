//! `azureai_private_dns_check`, the data source

use crate::assessment::isolation::dns::{self, Proof, Status};
use crate::assessment::isolation::endpoint::LiveEndpoint;
use crate::assessment::isolation::remediation;
use crate::engine::data_source::object::absent;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{PRIVATE_ENDPOINT, VIRTUAL_NETWORK};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Checks whether the names of a private endpoint resolve to the endpoint.
///
/// Each name needs a private DNS zone that is linked to the clients' networks, and a record there
/// with the endpoint's addresses. The data source reads zones, links and records from Azure
/// Resource Manager, so the result does not depend on where Terraform runs, and the Reader role
/// suffices. Names that depend on objects that the identity cannot read are `unverified`, without
/// an error.
#[derive(Model, Clone, Debug)]
pub struct PrivateDnsCheck {
    /// ID of the private endpoint.
    #[tf(check = validators::id_of(&[PRIVATE_ENDPOINT.name]))]
    private_endpoint_id: String,
    /// IDs of the virtual networks of the clients. Each network must resolve names through a
    /// network that the zones are linked to: itself, or the network of its DNS servers and Azure
    /// DNS forwarding rulesets. If omitted, a link to any network suffices.
    #[tf(check = validators::id_of(&[VIRTUAL_NETWORK.name]).each())]
    client_virtual_network_ids: Option<BTreeSet<String>>,
    /// How to check the names. Possible values are `arm`, which reads zones, links and records, and
    /// `system`, which also queries the resolver of the machine that runs Terraform. The resolver's
    /// answers are valid for that machine only: outside the linked networks, public addresses are
    /// correct.
    #[tf(default = "arm", check = validators::one_of(&["arm", "system"]))]
    resolver: String,
    /// ID of the private endpoint.
    id: Computed<String>,
    /// If `true`, every name is proven to resolve to the endpoint. The answers of the machine's
    /// resolver do not count.
    resolves: Computed<bool>,
    /// Result in Markdown, for example for a pull request.
    summary: Computed<String>,
    /// Names of the endpoint.
    names: Computed<Vec<CheckedName>>,
}

/// A name of the endpoint.
#[derive(Object, Clone, Debug)]
struct CheckedName {
    /// Fully qualified domain name.
    fqdn: String,
    /// Addresses that the name must resolve to.
    expected_ips: Vec<String>,
    /// ID of the private DNS zone that contains the name. Null if there is none.
    zone_id: Option<String>,
    /// Name of the record in the zone.
    record_name: String,
    /// Addresses in the record.
    record_ips: Vec<String>,
    /// IDs of the virtual networks that the zone is linked to.
    linked_vnet_ids: Vec<String>,
    /// Path of the clients' queries to the network that answers them, with an entry for each DNS
    /// server and forwarding rule. Empty if the clients' networks use Azure's DNS.
    resolution_path: Vec<String>,
    /// Result of the check: `proven`, `zone_missing`, `unlinked`, `record_missing`, `record_stale`
    /// or `unverified`.
    status: String,
    /// Description of the problem. Null if there is none.
    message: Option<String>,
    /// Terraform configuration that fixes the problem.
    remediation_hcl: String,
    /// Addresses that the resolver of the machine that runs Terraform returns. Null unless
    /// `resolver` is `system`, and for names that begin with `*`.
    runner_ips: Option<Vec<String>>,
    /// Meaning of `runner_ips`: `endpoint` for the endpoint's addresses, `elsewhere` for other
    /// addresses, such as public ones, and `nowhere` for no addresses. Null if `runner_ips` is
    /// null.
    runner_status: Option<String>,
}

impl ArmDataSource for PrivateDnsCheck {
    const NAME: &'static str = "azureai_private_dns_check";

    fn read(&mut self, reader: &Reader, _defaults: &Defaults) -> Result<(), Diagnostics> {
        reader.unless_failed("Checking the names of a private endpoint")?;
        let id = validators::parse(&self.private_endpoint_id, "private_endpoint_id")?;
        let clients = self.client_virtual_network_ids.iter().flatten();
        let clients: Vec<_> = clients.filter_map(|id| ResourceId::parse(id).ok()).collect();
        let proofs = match LiveEndpoint::see(reader, &id) {
            Read::Found(endpoint) => dns::prove(reader, &endpoint, &clients),
            Read::Pending => Read::Pending,
            Read::Hidden(why) => Read::Hidden(why),
            Read::Absent => {
                let path = Path::of("private_endpoint_id");
                return Err(absent("private endpoint", &id).at(path).into());
            }
        };
        let hidden = proofs.hidden().map(ToString::to_string);
        let proofs = proofs.found().unwrap_or_default();
        let mut names: Vec<CheckedName> = proofs.iter().map(CheckedName::from).collect();
        let system = self.resolver == "system";
        for name in names.iter_mut().filter(|name| system && !name.fqdn.starts_with('*')) {
            if let Read::Found(heard) = reader.addresses(&name.fqdn) {
                name.hear(&heard);
            }
        }
        let mut summary = hidden.map_or_else(|| summary(&id, &names), |why| unverified(&id, &why));
        if names.iter().any(|name| name.runner_status.is_some()) {
            summary.push_str(FROM_THE_RUNNER);
        }
        self.id.set(id.as_str().to_owned());
        self.summary.set(summary);
        self.resolves.set(!names.is_empty() && names.iter().all(CheckedName::is_proven));
        self.names.set(names);
        Ok(())
    }
}

impl CheckedName {
    fn is_proven(&self) -> bool {
        self.status == Status::Proven.word()
    }

    /// Records the answer of the machine's resolver.
    fn hear(&mut self, heard: &[IpAddr]) {
        let heard: Vec<String> = heard.iter().map(IpAddr::to_string).collect();
        // A correct record can contain the addresses of another endpoint to the target.
        let recorded = self.record_ips.iter().filter(|_| self.is_proven());
        let right: BTreeSet<&String> = self.expected_ips.iter().chain(recorded).collect();
        let word = match heard.iter().all(|address| right.contains(address)) {
            _ if heard.is_empty() => "nowhere",
            true => "endpoint",
            false => "elsewhere",
        };
        self.runner_status = Some(word.to_owned());
        self.runner_ips = Some(heard);
    }
}

impl From<&Proof> for CheckedName {
    fn from(proof: &Proof) -> Self {
        let finding = proof.finding(&proof.endpoint);
        Self {
            fqdn: proof.needed.fqdn.clone(),
            expected_ips: proof.needed.addresses.clone(),
            zone_id: proof.zone.as_ref().map(ToString::to_string),
            record_name: proof.needed.record.clone(),
            record_ips: proof.found.clone().unwrap_or_default(),
            linked_vnet_ids: proof.linked.clone(),
            resolution_path: proof.path.clone(),
            status: proof.status.word().to_owned(),
            message: finding.as_ref().map(|finding| finding.message.clone()),
            remediation_hcl: finding.map(|finding| finding.hcl()).unwrap_or_default(),
            runner_ips: None,
            runner_status: None,
        }
    }
}

fn unverified(id: &ResourceId, why: &str) -> String {
    format!("### ❔ the names of `{}` are not verified\n\n{why}\n", id.name())
}

const FROM_THE_RUNNER: &str = "
*From the runner* shows the answers of the resolver on the machine that ran Terraform. Outside the
networks that the zones are linked to, public addresses are correct there.
";

fn summary(id: &ResourceId, names: &[CheckedName]) -> String {
    let (name, all) = (id.name(), names.len());
    let proven = names.iter().filter(|name| name.is_proven()).count();
    let mut text = match (all, proven == all) {
        (0, _) => return format!("### ❌ `{name}` has no names\n"),
        (1, true) => format!("### ✅ the name of `{name}` resolves to the endpoint\n"),
        (_, true) => format!("### ✅ all {all} names of `{name}` resolve to the endpoint\n"),
        _ => format!("### ❌ {proven} of {all} names of `{name}` are proven to resolve to it\n"),
    };
    let runner = names.iter().any(|name| name.runner_status.is_some());
    let (title, line) = if runner { (" from the runner |", "---|") } else { ("", "") };
    text.push_str(&format!(
        "\n| name | expected | recorded | status |{title}\n|---|---|---|---|{line}\n"
    ));
    names.iter().for_each(|name| text.push_str(&row(name, runner)));
    let mut told = BTreeSet::new();
    for name in names {
        if let Some(message) = name.message.as_ref().filter(|message| told.insert(*message)) {
            let fix = remediation::folded(&name.remediation_hcl);
            text.push_str(&format!("\n- {}{fix}\n", message.replace('\n', " ")));
        }
    }
    text
}

fn row(name: &CheckedName, runner: bool) -> String {
    let cell = |addresses: &[String]| match addresses {
        [] => "-".to_owned(),
        some => some.join(", "),
    };
    let (expected, recorded) = (cell(&name.expected_ips), cell(&name.record_ips));
    let mut row = format!("| `{}` | {expected} | {recorded} | {} |", name.fqdn, name.status);
    if runner {
        let heard = match (&name.runner_status, &name.runner_ips) {
            (Some(word), Some(addresses)) => format!("{word}: {}", cell(addresses)),
            _ => "not queried".to_owned(),
        };
        row.push_str(&format!(" {heard} |"));
    }
    row + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private_link::interface::RequiredRecord;

    fn name(status: Status, found: &[&str]) -> CheckedName {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let needed = RequiredRecord {
            fqdn: "kv.vault.azure.net".to_owned(),
            zone: "privatelink.vaultcore.azure.net".to_owned(),
            record: "kv".to_owned(),
            addresses: texts(&["10.0.1.4"]),
            group: "vault".to_owned(),
            member: "default".to_owned(),
            derived: false,
        };
        CheckedName::from(&Proof {
            needed,
            endpoint: ResourceId::in_group("s", "rg", PRIVATE_ENDPOINT.name, "pe"),
            zone: None,
            kept_by_azure: false,
            pending: false,
            found: Some(texts(found)),
            linked: Vec::new(),
            unlinked: Vec::new(),
            path: Vec::new(),
            status,
        })
    }

    #[test]
    fn the_runners_answer_is_classified() {
        for (status, found, heard, expected) in [
            (Status::Proven, "10.0.1.4", &["10.0.1.4"][..], "endpoint"),
            (Status::Proven, "10.0.1.4", &["20.1.2.3"], "elsewhere"),
            (Status::Proven, "10.0.1.4", &["10.0.1.4", "2603:1030::1"], "elsewhere"),
            (Status::Proven, "10.0.1.4", &[], "nowhere"),
            // The addresses of another endpoint to the target, and addresses without an endpoint.
            (Status::Proven, "10.0.1.9", &["10.0.1.9"], "endpoint"),
            (Status::RecordStale, "10.0.1.9", &["10.0.1.9"], "elsewhere"),
        ] {
            let mut name = name(status, &[found]);
            name.hear(&heard.iter().map(|it| it.parse().unwrap()).collect::<Vec<_>>());
            assert_eq!(name.runner_status.as_deref(), Some(expected), "{heard:?}");
        }
    }
}
