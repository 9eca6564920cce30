//! The input of the checks about a private endpoint.

use crate::assessment::checks::input::{
    PlannedEndpoint, PlannedZones, RemovedEndpoint, ServiceReference, StaticAddress,
};
use crate::engine::prelude::*;

/// Returns the input for a configuration. Unknown values are left out.
pub(super) fn of_write(config: &Value) -> CheckInput {
    let connection = config.get("private_service_connection").as_list().and_then(<[_]>::first);
    let connection = connection.unwrap_or(&Value::Unknown);
    let at = Path::of("private_service_connection").index(0);
    let target = "private_connection_resource_id";
    let groups = "subresource_names";
    let service = ServiceReference {
        target: ConfigValue::id(connection.get(target), at.attribute(target)),
        groups: match connection.get(groups) {
            Value::Null => Some(ConfigValue::new(Vec::new(), at.attribute(groups))),
            given => ConfigValue::texts(given, at.attribute(groups)),
        },
    };
    let manual = match connection.get("is_manual_connection") {
        Value::Null => Some(false),
        manual => manual.as_bool(),
    };
    let mode = "dns_zone_group_mode";
    let policy = config.get(mode).as_str() == Some("policy");
    let endpoint = PlannedEndpoint {
        location: ConfigValue::text(config.get("location"), Path::of("location")),
        subnet: ConfigValue::id(config.get("subnet_id"), Path::of("subnet_id")),
        service: service.clone(),
        manual,
        policy: policy.then(|| Path::of(mode)),
        addresses: addresses(config),
    };
    CheckInput { endpoint: Some(endpoint), zones: zones(config, service), ..CheckInput::default() }
}

/// Returns the input for a destroy, which can end the approval of the connection, the last private
/// access to a service, and the records.
pub(super) fn of_delete(prior: &Value) -> CheckInput {
    let endpoint = prior.get("id").as_str().and_then(|id| ResourceId::parse(id).ok());
    let approved = prior.get("connection_status").as_str() == Some("Approved");
    let target = of_write(prior).endpoint.and_then(|endpoint| endpoint.service.target);
    let removed_endpoint = endpoint.filter(|_| approved).zip(target);
    let configs = prior.get("private_dns_zone_configs").as_list().unwrap_or_default().iter();
    let zone = |config: &Value| ResourceId::parse(config.get("private_dns_zone_id").as_str()?).ok();
    let zones: Vec<ResourceId> = configs.filter_map(zone).collect();
    let removed_endpoint =
        removed_endpoint.map(|(endpoint, target)| RemovedEndpoint { endpoint, target, zones });
    let deletes = prior.get("network_interface_id").as_str().map(str::to_owned);
    CheckInput { removed_endpoint, deletes: deletes.into_iter().collect(), ..CheckInput::default() }
}

fn addresses(config: &Value) -> Vec<StaticAddress> {
    let blocks = config.get("ip_configuration").as_list().unwrap_or_default();
    let address = |(index, block): (usize, &Value)| {
        let text = |name: &str| block.get(name).as_str().map(str::to_owned);
        // The default member name is the group ID.
        let member = match block.get("member_name") {
            Value::Null => text("subresource_name"),
            _ => text("member_name"),
        };
        StaticAddress {
            name: text("name"),
            address: text("private_ip_address"),
            member,
            path: Path::of("ip_configuration").index(index),
        }
    };
    blocks.iter().enumerate().map(address).collect()
}

fn zones(config: &Value, service: ServiceReference) -> Option<PlannedZones> {
    let block = config.get("private_dns_zone_group").as_list()?.first()?;
    let path = Path::of("private_dns_zone_group").index(0).attribute("private_dns_zone_ids");
    let ids = block.get("private_dns_zone_ids").as_list()?;
    let ids = ids.iter().map(|id| ConfigValue::id(id, path.clone())).collect();
    Some(PlannedZones { ids, service, path, ..PlannedZones::default() })
}
