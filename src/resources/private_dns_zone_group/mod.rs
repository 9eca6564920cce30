//! `azureai_private_dns_zone_group`

pub mod list;

use crate::assessment::checks::input::{PlannedZones, ServiceReference};
use crate::assessment::isolation::endpoint::LiveEndpoint;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{PRIVATE_DNS_ZONE, PRIVATE_DNS_ZONE_GROUP, PRIVATE_ENDPOINT};
use crate::private_link::zone_group::{self, WantedZone, ZoneGroupBody};
use crate::resources::common::zone_group_records::{self, Expected, is_gone, record_id};

/// Manages a private DNS zone group, with which Azure writes the records of a private endpoint in
/// private DNS zones.
///
/// An endpoint has at most one zone group. Use either this resource or the endpoint's
/// `private_dns_zone_group` block.
#[derive(Model, Clone, Debug)]
pub struct PrivateDnsZoneGroup {
    /// ID of the private DNS zone group.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// Name of the private DNS zone group.
    #[tf(replace, check = validators::network_name(), same = validators::same_name)]
    name: String,
    /// ID of the private endpoint.
    #[tf(replace, check = validators::id_of(&[PRIVATE_ENDPOINT.name]), same = validators::same_id)]
    private_endpoint_id: String,
    /// Private DNS zones in which Azure writes the endpoint's records, 1 to 5. One write changes
    /// all zones, so names continue to resolve.
    #[tf(min = 1)]
    private_dns_zone_config: BlockSet<ZoneConfig>,
    /// If `true`, adopts an existing zone group of the same name instead of failing. The zone group
    /// then belongs to this resource. The error about a zone group of another name contains the
    /// name to set.
    #[tf(default = false)]
    adopt_existing: bool,
    /// Records that the zone group manages.
    #[tf(recomputed)]
    record_sets: Computed<Vec<RecordSet>>,
    /// Provisioning state of the zone group, such as `Succeeded`, `Updating` or `Failed`.
    provisioning_state: Computed<String>,
}

/// A zone of a zone group.
#[derive(Model, Clone, Debug, PartialEq)]
struct ZoneConfig {
    /// Name of the zone in the zone group. Defaults to the zone's own name.
    #[tf(check = validators::network_name(), same = validators::same_name)]
    name: OptionalComputed<String>,
    /// ID of the private DNS zone, in any subscription.
    #[tf(check = validators::id_of(&[PRIVATE_DNS_ZONE.name]), same = validators::same_id)]
    private_dns_zone_id: String,
}

/// Records that a zone group manages in a zone.
#[derive(Object, Clone, Debug, PartialEq)]
struct RecordSet {
    /// Name of the record set in the zone.
    name: String,
    /// Type of the record set, such as `A`.
    r#type: String,
    /// Fully qualified domain name of the record set.
    fqdn: String,
    /// Time to live of the records, in seconds.
    ttl: i64,
    /// Addresses of the record set. Empty if the record does not exist in the zone.
    ip_addresses: Vec<String>,
    /// ID of the private DNS zone.
    private_dns_zone_id: String,
}

impl RecordSet {
    fn id(&self) -> Option<ResourceId> {
        record_id(&self.private_dns_zone_id, &self.r#type, &self.name)
    }
}

const CONFIG: &str = "private_dns_zone_config";

impl ArmResource for PrivateDnsZoneGroup {
    const NAME: &'static str = "azureai_private_dns_zone_group";
    const TYPE: ResourceType = ResourceType::new(PRIVATE_DNS_ZONE_GROUP, "private DNS zone group");
    const TIMEOUTS: Timeouts = Timeouts::minutes(60);

    type Body = ZoneGroupBody;

    fn resource_id(&self, _home: &Defaults) -> Result<ResourceId, Diagnostic> {
        let endpoint = validators::parse(&self.private_endpoint_id, "private_endpoint_id")?;
        Ok(endpoint.child("privateDnsZoneGroups", &self.name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.private_endpoint_id = validators::parent(id);
    }

    fn write(&self, live: Option<&Self::Body>) -> Self::Body {
        let wanted: Vec<_> = self
            .private_dns_zone_config
            .0
            .iter()
            .map(|config| WantedZone {
                name: config.name.get().cloned(),
                id: config.private_dns_zone_id.clone(),
            })
            .collect();
        let live = live.map(|live| live.properties.private_dns_zone_configs.as_slice());
        let mut group = ZoneGroupBody::default();
        group.properties.private_dns_zone_configs =
            zone_group::configs(&wanted, live.unwrap_or_default());
        group
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        let properties = &live.body.properties;
        self.provisioning_state.set(properties.provisioning_state.clone());
        let configs = &properties.private_dns_zone_configs;
        self.private_dns_zone_config.0 = configs
            .iter()
            .map(|config| ZoneConfig {
                name: config.name.clone().into(),
                private_dns_zone_id: config.properties.private_dns_zone_id.clone(),
            })
            .collect();
        let records = configs.iter().flat_map(|config| {
            config.properties.record_sets.iter().map(|set| RecordSet {
                name: set.record_set_name.clone(),
                r#type: set.record_type.clone(),
                fqdn: set.fqdn.clone(),
                ttl: set.ttl,
                ip_addresses: set.ip_addresses.clone(),
                private_dns_zone_id: config.properties.private_dns_zone_id.clone(),
            })
        });
        let mut records: Vec<RecordSet> = records.collect();
        // Until the group is complete, Azure can still write the records that it lists.
        if properties.provisioning_state.as_deref() == Some("Succeeded") {
            let gone = records.iter_mut().filter(|set| is_gone(set.id(), &live.related));
            gone.for_each(|set| set.ip_addresses.clear());
        }
        self.record_sets.set(records);
        Ok(())
    }

    fn related(&self, _id: &ResourceId, _body: &Self::Body) -> Vec<Related> {
        let ids = self.record_sets.get().into_iter().flatten().filter_map(RecordSet::id);
        ids.map(zone_group_records::read_along).collect()
    }

    fn plan(change: &mut Change<'_>) -> Diagnostics {
        if change.prior.is_null() || change.planned.is_null() {
            return Diagnostics::new();
        }
        let gone: Vec<String> = zone_group_records::gone(change.prior.get("record_sets")).collect();
        let told = zone_group_records::write_again(change, &gone, &["record_sets"], CONFIG);
        told.into_iter().collect()
    }

    fn rewrites(&self) -> bool {
        self.record_sets.get().is_none()
    }

    fn pending(&self, moment: Moment, reader: &Reader) -> Pending {
        let sets = self.record_sets.get().map(Vec::as_slice).unwrap_or_default();
        let zones = self.private_dns_zone_config.0.iter().map(|it| &it.private_dns_zone_id);
        let is_empty = |zone: &&String| sets.iter().all(|set| set.private_dns_zone_id != **zone);
        let mut empty = zones.filter(is_empty).peekable();
        if moment != Moment::Written || empty.peek().is_none() {
            return Ok(None);
        }
        let endpoint = validators::parse(&self.private_endpoint_id, "private_endpoint_id")?;
        let endpoint =
            LiveEndpoint::see(reader, &endpoint).found().filter(LiveEndpoint::is_approved);
        let Some(needed) = endpoint.and_then(|it| it.required_records(reader).found()) else {
            return Ok(None);
        };
        let listed = needed.iter().filter(|it| !it.derived).map(|it| &*it.zone);
        let expected = |zone: &str| Expected::of(zone, listed.clone());
        Ok(zone_group_records::pending(empty, expected, Path::of(CONFIG)))
    }

    fn check_input(config: &Value, _defaults: &Defaults) -> CheckInput {
        let path = Path::of("private_dns_zone_config");
        let configs = config.get("private_dns_zone_config").as_list().unwrap_or_default();
        let ids =
            configs.iter().map(|it| ConfigValue::id(it.get("private_dns_zone_id"), path.clone()));
        let names = configs.iter().filter_map(|it| ConfigValue::text(it.get("name"), path.clone()));
        let endpoint = "private_endpoint_id";
        let zones = PlannedZones {
            ids: ids.collect(),
            names: names.collect(),
            service: ServiceReference::default(),
            endpoint: ConfigValue::id(config.get(endpoint), Path::of(endpoint)),
            owner: None,
            path: path.clone(),
        };
        CheckInput { zones: Some(zones), ..CheckInput::default() }
    }

    fn attributes_of_error(code: &str) -> Vec<Path> {
        let configs = matches!(code, "DuplicateResourceName" | "LinkedAuthorizationFailed");
        configs.then(|| Path::of("private_dns_zone_config")).into_iter().collect()
    }
}
