//! Checks of a plan, which report a problem before Azure rejects a request minutes later or fails
//! silently.
//!
//! In reading order: [`crate::codes`] defines every check; [`input`] is what a resource plans;
//! [`crate::assessment::finding`] and [`mod@report`] are the results; and `service`, `network`,
//! `zones`, `link`, `rules`, `account`, `agents`, `host`, `stores`, `managed_network`,
//! `outbound_rule`, `approver`, `rights`, `removal`, `shared` and `presence` are the checks. Checks
//! change nothing in Azure.

mod account;
mod agents;
mod approver;
mod foundry;
mod host;
pub mod input;
mod link;
mod managed_network;
mod network;
mod outbound_rule;
mod plan;
mod presence;
mod removal;
pub mod report;
mod rights;
mod rules;
mod service;
mod shared;
mod stores;
mod zones;

use crate::assessment::finding::Finding;
use crate::assessment::isolation::endpoint::LiveEndpoint;
use crate::assessment::reader::{Read, Reader, Source};
use crate::client::plan_cache::PlanCache;
use crate::client::{AzureClient, deadline};
use crate::codes::Code;
use crate::config::check_levels::CheckLevels;
use crate::explain::SECOND_GROUP;
use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::error::Error;
use input::{
    CheckInput, ConfigValue, PlannedEndpoint, PlannedSetting, PlannedZones, ServiceReference,
};
use network::SubnetRead;
use plan::Plan;
use plugin::command;
use plugin::prelude::*;
use report::Report;
use service::{CatalogZones, KnownService};
use zones::KnownZones;

/// Returns the diagnostics of checks that need only the configuration.
pub fn of_configuration(input: &CheckInput, levels: &CheckLevels) -> Diagnostics {
    let found = without_azure(input).into_iter();
    found.filter_map(|finding| finding.into_diagnostic(levels)).collect()
}

/// Returns the findings that need no request to Azure.
fn without_azure(input: &CheckInput) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    if let Some(endpoint) = &input.endpoint {
        found.extend(service::one_group(&endpoint.service));
        found.extend(service::group_of_table(&endpoint.service));
        found.extend(network::twice(&endpoint.addresses));
        found.extend(manual_under_policy(endpoint));
    }
    found.extend(input.zones.iter().flat_map(zones::of_group));
    found.extend(input.zone.as_ref().and_then(zones::mistyped));
    found.extend(input.link.as_ref().and_then(link::registration));
    found.extend(input.setting.iter().flat_map(rules::refused));
    found.extend(input.rule.as_ref().and_then(|rule| service::group_of_table(&rule.service)));
    found.extend(rules::forgotten_tags(&input.forgotten_tags));
    found
}

/// AAI012: reports a manual connection whose zone group is left to a policy. Azure's policies
/// create zone groups only for connections that are approved automatically.
fn manual_under_policy(endpoint: &PlannedEndpoint) -> Option<Finding> {
    let path = endpoint.policy.as_ref().filter(|_| endpoint.manual == Some(true))?;
    let summary = "Azure's policies create no zone group for a manual connection";
    let detail = "Azure's policies create zone groups only for connections that are approved \
                  automatically. Add a `private_dns_zone_group` block, or create the records from \
                  `dns_records`.";
    Some(Finding::at(Code::ManualUnderPolicy, path, summary, detail))
}

/// Returns the diagnostics of a plan that changes something: from the configuration and from Azure.
/// A destroy creates nothing, so checks of what a plan creates do not run then.
pub async fn of_plan(azure: &AzureClient, input: CheckInput, context: &Context) -> Diagnostics {
    let input = &if command::destroys() { input.of_ends() } else { input };
    let levels = &azure.check_levels();
    let of_azure = of_azure(azure, input, context).await;
    // A finding of both kinds is reported once, with Azure's details.
    let told = |own: &Diagnostic| {
        of_azure.iter().any(|it| it.summary == own.summary && it.path == own.path)
    };
    let own = of_configuration(input, levels).into_iter().filter(|own| !told(own));
    let mut found: Diagnostics = own.collect();
    found.extend(of_azure);
    found
}

/// Returns the diagnostics of checks that read Azure.
async fn of_azure(azure: &AzureClient, input: &CheckInput, context: &Context) -> Diagnostics {
    let levels = &azure.check_levels();
    let is_asked = levels.makes_any() && *input != CheckInput::default();
    let Some(cache) = azure.plan_cache().filter(|_| is_asked) else {
        return Diagnostics::new();
    };
    let until = &deadline(context);
    let arm = match azure.arm(until).await {
        Ok(arm) => arm,
        // The credential may be unknown in the plan and known during the apply.
        Err(_) if !azure.has_credentials() => return Diagnostics::new(),
        // Without the credential, no change of the plan can be applied.
        Err(fault) if fault.once => return fault.into(),
        Err(fault) => {
            let summary = "Checks not run: connecting to Azure failed";
            return Diagnostic::warning(summary, fault.detail).into();
        }
    };
    let source = Source { arm: &arm, cache: Some(&cache), until };
    let subscription = azure.defaults().subscription_id;
    let subscription = subscription.as_deref();
    let check =
        |reader: &Reader| report(input, Plan { reader, cache: Some(&cache), levels, subscription });
    match source.assess(check).await {
        Ok(report) => report.into_diagnostics(levels),
        // The user interrupted the plan.
        Err(_) => Diagnostics::new(),
    }
}

fn report(input: &CheckInput, plan: Plan<'_>) -> Report {
    let mut report = Report::default();
    if let Some(zone) = &input.zone {
        report.extend(zones::of_another_cloud(zone, plan.reader.environment()));
    }
    if let Some(endpoint) = &input.endpoint {
        of_endpoint(endpoint, plan, &mut report);
    }
    if let Some(zones) = &input.zones {
        of_zones(zones, plan, &mut report);
    }
    if let Some(link) = input.link.as_ref().filter(|_| plan.makes(&[Code::LinkedElsewhere])) {
        link::elsewhere(link, plan, &mut report);
    }
    if let Some(setting) = &input.setting {
        of_setting(setting, plan, &mut report);
    }
    foundry::of_foundry(input, plan, &mut report);
    if let Some(removed) = &input.removed_endpoint {
        removal::last(removed, plan, &mut report);
    }
    if plan.makes(&[Code::SharedRecords]) {
        of_records(input, plan, &mut report);
    }
    rights::missing(input, plan, &mut report);
    report.extend(presence::missing(input, plan));
    report
}

/// Parts of an object that checks read.
const RESOURCES: &str = "The list of private link resources";
const WHOLE: &str = "The properties";

fn of_endpoint(endpoint: &PlannedEndpoint, plan: Plan<'_>, report: &mut Report) {
    let service = &endpoint.service;
    let known = service.target.as_ref().and_then(service::known);
    let resources = match plan.makes(&[Code::Subresource, Code::MissingMember, Code::Room]) {
        true => service::resources(service, plan),
        false => Read::Absent,
    };
    if let Some(known) = &known {
        let codes = [Code::Subresource, Code::MissingMember];
        report.note(&resources, known.target, RESOURCES, &codes);
        if let Some(code) = known.prerequisite_code() {
            of_prerequisite(known, code, &known.target.path, plan, report);
        }
    }
    report.extend(service::group_of_service(service, &resources));
    let resource = service::resource(service, &resources);
    let members = resource.map(|it| it.members.len()).filter(|count| *count > 0);
    let addresses = members.or_else(|| known.map(|known| known.min_addresses(service)));
    let subnet = endpoint.subnet.as_ref().map(|subnet| &subnet.value);
    let codes = [Code::Address, Code::Docker, Code::Region, Code::Room];
    let network = SubnetRead::of(subnet, &codes, plan);
    of_network(endpoint, &network, addresses.unwrap_or(1), plan, report);
    let subnet = network.subnet();
    report.extend(resource.and_then(|resource| network::members(endpoint, resource, subnet)));
}

/// AAI008, AAI009, AAI015: reports a service that does not meet the requirements of private
/// endpoints, at the given attribute.
fn of_prerequisite(
    known: &KnownService<'_>,
    code: Code,
    path: &Path,
    plan: Plan<'_>,
    report: &mut Report,
) {
    if !plan.makes(&[code]) {
        return;
    }
    let body = known.body(plan);
    let body = report.found(body, known.target, WHOLE, &[code]);
    report.extend(body.and_then(|body| known.lacks(path, body)));
}

fn of_network(
    endpoint: &PlannedEndpoint,
    network: &SubnetRead<'_>,
    addresses: usize,
    plan: Plan<'_>,
    report: &mut Report,
) {
    let Some(id) = &endpoint.subnet else { return };
    let codes = [Code::Docker, Code::Region];
    let parent = id.value.parent().map(|parent| ConfigValue::new(parent, id.path.clone()));
    let whole = parent.and_then(|it| report.found(network.network.clone(), &it, WHOLE, &codes));
    report.note(&network.subnet, id, WHOLE, &[Code::Address, Code::Room]);
    if let Some(network) = whole {
        report.extend(network::docker(id, network));
        report.extend(network::same_region(endpoint, network));
    }
    let Some(subnet) = network.subnet() else { return };
    report.extend(network::addresses(&endpoint.addresses, subnet));
    report.extend(network::delegated(id, subnet));
    let goes = |interface: &str| plan.deletes(interface);
    report.extend(network::room(id, subnet, addresses, &goes));
}

fn of_zones(zones: &PlannedZones, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::MissingZone, Code::ForeignZone];
    // All zones are unknown in the plan.
    if !plan.makes(&codes) || zones.ids.iter().all(Option::is_none) {
        return;
    }
    let service = service_of(zones, &codes, plan, report);
    let resources = service::resources(&service, plan);
    if let Some(target) = &service.target {
        report.note(&resources, target, RESOURCES, &codes);
    }
    let environment = plan.reader.environment();
    let catalog = CatalogZones::of(&service, environment);
    let live = service::resource(&service, &resources).map(|resource| resource.zones.clone());
    let live = live.filter(|zones| !zones.is_empty());
    let confirmed = live.is_some() || catalog.confirmed;
    let mut of_group = live.unwrap_or_else(|| catalog.of_group.clone());
    report.extend(zones::missing(zones, &of_group));
    let is_new = |zone: &String| !of_group.iter().any(|known| known.eq_ignore_ascii_case(zone));
    let more: Vec<String> = catalog.of_group.into_iter().filter(is_new).collect();
    of_group.extend(more);
    let known = KnownZones { of_group, of_type: catalog.of_type, environment, confirmed };
    if service.target.is_some() {
        report.extend(known.foreign(zones));
    }
}

/// Returns the service whose records the zones hold, read from the endpoint if the configuration
/// has only that.
fn service_of(
    zones: &PlannedZones,
    codes: &[Code],
    plan: Plan<'_>,
    report: &mut Report,
) -> ServiceReference {
    let Some(endpoint) = &zones.endpoint else {
        return zones.service.clone();
    };
    if let Some(planned) = plan.endpoint(&endpoint.value) {
        return ServiceReference::of(Some(planned.target), planned.group_ids, &endpoint.path);
    }
    let live = LiveEndpoint::see(plan.reader, &endpoint.value);
    let live = report.found(live, endpoint, WHOLE, codes);
    live.map(|live| ServiceReference::of(live.target, live.groups, &endpoint.path))
        .unwrap_or_default()
}

fn of_setting(setting: &PlannedSetting, plan: Plan<'_>, report: &mut Report) {
    rules::bypass(setting, plan, report);
    let PlannedSetting { target, closes: Some(path), .. } = setting else { return };
    let Some(known) = service::known(target) else { return };
    let code = known.prerequisite_code();
    if let Some(code) = code.filter(|code| [Code::Sku, Code::LegacyAccess].contains(code)) {
        of_prerequisite(&known, code, path, plan, report);
    }
}

fn of_records(input: &CheckInput, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::SharedRecords];
    if let Some(zones) = input.zones.as_ref().filter(|zones| zones.ids.iter().any(Option::is_some))
    {
        let service = service_of(zones, &codes, plan, report);
        let found = shared::taken_over(zones, &service, plan, report);
        report.extend(found);
    }
    if let Some(removed) = &input.removed_endpoint {
        let found = shared::taken_away(removed, plan, report);
        report.extend(found);
    }
}

/// Returns more about a create that Azure rejected, such as the conflicting object, and the
/// attribute that it concerns.
pub async fn of_refusal(
    error: &Error,
    input: &CheckInput,
    arm: &Arm,
    until: &Deadline,
) -> Option<(String, Path)> {
    // Answers that the plan read may be outdated.
    let source = Source { arm, cache: Some(&PlanCache::default()), until };
    let levels = &CheckLevels::default();
    let explain = |reader: &Reader| {
        reason(error, input, Plan { reader, cache: None, levels, subscription: None })
    };
    source.assess(explain).await.ok().flatten()
}

fn reason(error: &Error, input: &CheckInput, plan: Plan<'_>) -> Option<(String, Path)> {
    if error.to_string().contains("overlapping namespaces") {
        let link = input.link.as_ref()?;
        let other = link::rival(link, plan, &mut Report::default())?;
        let detail = link::way_out(&link.zone.as_ref()?.value, &other);
        return Some((detail, link.network.as_ref()?.path.clone()));
    }
    if error.to_string().contains(SECOND_GROUP) {
        let endpoint = input.zones.as_ref()?.endpoint.as_ref()?;
        return Some((zones::rival(&endpoint.value, plan)?, Path::of("name")));
    }
    if error.code_is("PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps") {
        let endpoint = input.endpoint.as_ref()?;
        let resources = service::resources(&endpoint.service, plan);
        let resource = service::resource(&endpoint.service, &resources)?;
        let detail = format!("Add these blocks:\n\n{}", network::blocks(endpoint, resource, None));
        return Some((detail, Path::of("ip_configuration")));
    }
    None
}
