//! Checks of what is planned, before Azure refuses it minutes later or lets it fail in silence.
//!
//! In reading order: [`list`] has every check; [`stance`] how strict the configuration wants each;
//! [`intent`] what a resource says of its plan; [`sight`] what is read of Azure, once for all;
//! [`finding`] what comes of it; and `service`, `network`, `zones`, `link`, `rights`, `ending`
//! and `shared` the checks themselves. They say what they find and change nothing.

mod ending;
pub mod finding;
pub mod intent;
mod link;
pub mod list;
mod network;
mod rights;
mod service;
mod shared;
pub mod sight;
pub mod stance;
mod zones;

use crate::explain::SECOND_GROUP;
use crate::isolation::endpoint;
use crate::private_link::Environment;
use azure::error::Error;
use azure::id::ResourceId;
use finding::{Finding, Report};
use intent::{Ending, Endpoint, Intent, Said, Service, Setting, Zones};
use list::Code;
use plugin::diagnostic::Diagnostics;
use plugin::path::Path;
use serde_json::Value as Json;
use sight::{Lookout, Sight};
use stance::Stance;

/// What the configuration alone tells.
pub fn of_configuration(intent: &Intent, stance: &Stance) -> Diagnostics {
    let mut found: Vec<Finding> = Vec::new();
    if let Some(endpoint) = &intent.endpoint {
        found.extend(service::part_of_table(&endpoint.service));
        found.extend(network::twice(&endpoint.addresses));
        found.extend(manual_under_policy(endpoint));
    }
    found.extend(intent.zones.iter().flat_map(zones::of_group));
    found.extend(intent.zone.as_ref().and_then(zones::mistyped));
    found.extend(intent.link.as_ref().and_then(link::registration));
    found.into_iter().filter_map(|finding| stance.judge(finding)).collect()
}

/// AAI012: a policy makes zone groups for connections that are approved at once, and no others.
fn manual_under_policy(endpoint: &Endpoint) -> Option<Finding> {
    let path = endpoint.policy.as_ref().filter(|_| endpoint.manual == Some(true))?;
    let summary = "No policy makes a zone group for a manual connection";
    let detail = "Azure's policies deploy zone groups for connections that are approved at once. \
                  Add a `private_dns_zone_group` block, or make the records by `dns_records`.";
    Some(Finding::new(Code::ManualUnderPolicy, path, summary, detail))
}

/// What Azure tells of a plan that changes something.
pub async fn of_plan(intent: &Intent, stance: &Stance, out: &Lookout<'_>) -> Diagnostics {
    let environment = Environment::by_name(out.arm.cloud().name());
    let (endpoint, zones, link, setting, ending, shared, rights) = tokio::join!(
        of_endpoint(intent.endpoint.as_ref(), stance, out),
        of_zones(intent.zones.as_ref(), stance, (out, environment)),
        of_link(intent, stance, out),
        of_setting(intent.setting.as_ref(), stance, out),
        of_ending(intent.ending.as_ref(), stance, out),
        of_records(intent, stance, out),
        rights::missing(intent, stance, out),
    );
    let mut report = Report::default();
    let zone = intent.zone.as_ref();
    report.extend(zone.and_then(|zone| zones::of_another_cloud(zone, environment)));
    for part in [endpoint, zones, link, setting, ending, shared, rights] {
        report.join(part);
    }
    report.told(stance)
}

async fn of_endpoint(endpoint: Option<&Endpoint>, stance: &Stance, out: &Lookout<'_>) -> Report {
    let mut report = Report::default();
    let Some(endpoint) = endpoint else {
        return report;
    };
    let (resources, body, place) = tokio::join!(
        resources(endpoint, stance, out),
        body_of_target(endpoint, stance, out),
        place_of(endpoint, stance, out),
    );
    let service = &endpoint.service;
    if let Some((_, target)) = service::known(service) {
        let codes = [Code::Subresource, Code::MissingMember];
        blind(&mut report, RESOURCES, &codes, (&resources, target));
        let codes = code_of(&target.value);
        blind(&mut report, WHOLE, codes.as_slice(), (&body, target));
        if let Some(body) = body.seen() {
            report.extend(service::sku(target, body));
            report.extend(service::subdomain(target, body));
            report.extend(service::legacy(target, body));
        }
    }
    report.extend(service::part(service, &resources));
    let group = service::group(service, &resources);
    let needed = group.as_ref().map(|group| group.members.len()).filter(|count| *count > 0);
    let needed = needed.or_else(|| service::known(service).map(|(target, _)| target.addresses));
    of_place(&mut report, endpoint, (&place, needed.unwrap_or(1)), out);
    let subnet = place.subnet();
    report.extend(group.and_then(|group| network::members(endpoint, &group, subnet)));
    report
}

/// What of an object was looked at.
const RESOURCES: &str = "The list of private link resources";
const WHOLE: &str = "The whole";

/// Notes that something could not be read.
fn blind(
    report: &mut Report,
    what: &'static str,
    codes: &[Code],
    (sight, said): (&Sight, &Said<ResourceId>),
) {
    if let Some(error) = sight.hidden() {
        report.is_blind((&said.value, what), codes, error, &said.path);
    }
}

fn of_place(
    report: &mut Report,
    endpoint: &Endpoint,
    (place, needed): (&Place, usize),
    out: &Lookout<'_>,
) {
    let Some(id) = &endpoint.subnet else { return };
    if let Some(network) = id.value.parent() {
        blind(
            report,
            WHOLE,
            &[Code::Docker, Code::Region],
            (&place.network, &Said::new(network, id.path.clone())),
        );
    }
    blind(report, WHOLE, &[Code::Address, Code::Room], (&place.subnet, id));
    if let Some(network) = place.network.seen() {
        report.extend(network::docker(id, network));
        report.extend(network::same_region(endpoint, network));
    }
    let Some(subnet) = place.subnet() else { return };
    report.extend(network::addresses(&endpoint.addresses, subnet));
    report.extend(network::delegated(id, subnet));
    let goes = |interface: &str| out.sights.is_going(interface);
    report.extend(network::room(id, subnet, needed, &goes));
}

async fn resources(endpoint: &Endpoint, stance: &Stance, out: &Lookout<'_>) -> Sight {
    let codes = [Code::Subresource, Code::MissingMember, Code::Room];
    if stance.makes(&codes) {
        service::resources(&endpoint.service, out).await
    } else {
        Sight::Nothing
    }
}

/// The target itself, where a check of its type needs it.
async fn body_of_target(endpoint: &Endpoint, stance: &Stance, out: &Lookout<'_>) -> Sight {
    let Some(target) = &endpoint.service.target else {
        return Sight::Nothing;
    };
    match code_of(&target.value).filter(|code| stance.makes(&[*code])) {
        Some(_) => service::body(&endpoint.service, out).await,
        None => Sight::Nothing,
    }
}

/// The check that looks at a resource of that type itself.
fn code_of(target: &ResourceId) -> Option<Code> {
    let by_type = [
        ("Microsoft.ContainerRegistry/registries", Code::Sku),
        ("Microsoft.Search/searchServices", Code::Sku),
        ("Microsoft.CognitiveServices/accounts", Code::SubDomain),
        ("Microsoft.MachineLearningServices/workspaces", Code::LegacyAccess),
    ];
    by_type.into_iter().find(|(ty, _)| target.is_type(ty)).map(|(_, code)| code)
}

/// The network of an endpoint, and its subnet.
struct Place {
    network: Sight,
    subnet: Sight,
    id: Option<ResourceId>,
}

impl Place {
    /// The subnet, which the network holds where that can be read.
    fn subnet(&self) -> Option<&Json> {
        match self.network.seen() {
            Some(network) => network::subnet(network, self.id.as_ref()?),
            None => self.subnet.seen(),
        }
    }
}

/// Reads the network with all of its subnets; the subnet alone where that is forbidden.
async fn place_of(endpoint: &Endpoint, stance: &Stance, out: &Lookout<'_>) -> Place {
    let id = endpoint.subnet.as_ref().map(|subnet| subnet.value.clone());
    let codes = [Code::Address, Code::Docker, Code::Region, Code::Room];
    let mut place = Place { network: Sight::Nothing, subnet: Sight::Nothing, id };
    let wanted = place.id.as_ref().filter(|_| stance.makes(&codes));
    if let Some((subnet, network)) = wanted.and_then(|id| Some((id, id.parent()?))) {
        place.network = out.object(&network, NETWORK_API).await;
        if place.network.hidden().is_some() {
            place.subnet = out.object(subnet, NETWORK_API).await;
        }
    }
    place
}

const NETWORK_API: &str = "2025-01-01";

async fn of_zones(
    zones: Option<&Zones>,
    stance: &Stance,
    (out, environment): (&Lookout<'_>, Option<Environment>),
) -> Report {
    let mut report = Report::default();
    let codes = [Code::MissingZone, Code::ForeignZone];
    let Some(zones) = zones.filter(|_| stance.makes(&codes)) else {
        return report;
    };
    // Nothing can be said of zones that are not known yet.
    if zones.ids.iter().all(Option::is_none) {
        return report;
    }
    let service = service_of(zones, &codes, (out, &mut report)).await;
    let resources = service::resources(&service, out).await;
    if let Some((_, target)) = service::known(&service) {
        blind(&mut report, RESOURCES, &codes, (&resources, target));
    }
    let of_table = service::zones_of_table(&service, environment);
    let of_table: Vec<String> = of_table.into_iter().map(str::to_owned).collect();
    let live = service::group(&service, &resources).map(|group| group.zones);
    let required = live.filter(|zones| !zones.is_empty()).unwrap_or_else(|| of_table.clone());
    report.extend(zones::missing(zones, &required));
    let accepted: Vec<String> = required.into_iter().chain(of_table).collect();
    let of_type = service::zones_of_type(&service, environment);
    report.extend(zones::foreign(zones, (&accepted, &of_type), environment));
    report
}

/// The service whose records the zones hold, by its endpoint where that alone is given.
async fn service_of(
    zones: &Zones,
    codes: &[Code],
    (out, report): (&Lookout<'_>, &mut Report),
) -> Service {
    let Some(endpoint) = &zones.endpoint else {
        return zones.service.clone();
    };
    let body = out.object(&endpoint.value, endpoint::API).await;
    blind(report, WHOLE, codes, (&body, endpoint));
    body.seen().map(|body| service::behind(endpoint, body)).unwrap_or_default()
}

async fn of_link(intent: &Intent, stance: &Stance, out: &Lookout<'_>) -> Report {
    match intent.link.as_ref().filter(|_| stance.makes(&[Code::LinkedElsewhere])) {
        Some(link) => link::elsewhere(link, out).await,
        None => Report::default(),
    }
}

async fn of_setting(setting: Option<&Setting>, stance: &Stance, out: &Lookout<'_>) -> Report {
    let mut report = Report::default();
    let Some(Setting { target, closes: Some(path), .. }) = setting else {
        return report;
    };
    let codes = [Code::Sku, Code::LegacyAccess];
    let code = code_of(&target.value).filter(|code| codes.contains(code));
    if code.is_none_or(|code| !stance.makes(&[code])) {
        return report;
    }
    let service = Service { target: Some(target.clone()), groups: None };
    let body = service::body(&service, out).await;
    blind(&mut report, WHOLE, code.as_slice(), (&body, target));
    if let Some(body) = body.seen() {
        let at = Said::new(target.value.clone(), path.clone());
        report.extend(service::sku(&at, body));
        report.extend(service::legacy(&at, body));
    }
    report
}

async fn of_ending(ending: Option<&Ending>, stance: &Stance, out: &Lookout<'_>) -> Report {
    let mut report = Report::default();
    let Some(ending) = ending.filter(|_| stance.makes(&[Code::LastEndpoint])) else {
        return report;
    };
    let body = ending::target(ending, out).await;
    blind(&mut report, WHOLE, &[Code::LastEndpoint], (&body, &ending.target));
    let goes = |id: &ResourceId| out.sights.is_going(id.as_str());
    report.extend(body.seen().and_then(|body| ending::last(ending, body, &goes)));
    report
}

async fn of_records(intent: &Intent, stance: &Stance, out: &Lookout<'_>) -> Report {
    let mut report = Report::default();
    let codes = [Code::SharedRecords];
    if !stance.makes(&codes) {
        return report;
    }
    if let Some(zones) = intent.zones.as_ref().filter(|zones| zones.ids.iter().any(Option::is_some))
    {
        let service = service_of(zones, &codes, (out, &mut report)).await;
        let (body, finding) = shared::taken_over(zones, &service, out).await;
        if let Some(target) = &service.target {
            blind(&mut report, WHOLE, &codes, (&body, target));
        }
        report.extend(finding);
    }
    if let Some(ending) = &intent.ending {
        let (body, finding) = shared::taken_away(ending, out).await;
        blind(&mut report, WHOLE, &codes, (&body, &ending.target));
        report.extend(finding);
    }
    report
}

/// What more can be told of a create that Azure refused: what is in the way, or what is missing.
pub async fn after(error: &Error, intent: &Intent, out: &Lookout<'_>) -> Option<(String, Path)> {
    if error.to_string().contains("overlapping namespaces") {
        let link = intent.link.as_ref()?;
        let link::Rival::Link(other) = link::rival(link, out).await else {
            return None;
        };
        let detail = link::way_out(&link.zone.as_ref()?.value, &other);
        return Some((detail, link.network.as_ref()?.path.clone()));
    }
    if error.to_string().contains(SECOND_GROUP) {
        let endpoint = intent.zones.as_ref()?.endpoint.as_ref()?;
        return Some((zones::rival(&endpoint.value, out).await?, Path::of("name")));
    }
    if error.code_is("PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps") {
        let endpoint = intent.endpoint.as_ref()?;
        let resources = service::resources(&endpoint.service, out).await;
        let group = service::group(&endpoint.service, &resources)?;
        let detail =
            format!("The blocks that it needs:\n\n{}", network::blocks(endpoint, &group, None));
        return Some((detail, Path::of("ip_configuration")));
    }
    None
}
