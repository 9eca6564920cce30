//! `azureai_private_dns_zone`

pub mod data_source;
pub mod data_source_for_vnet;
pub mod data_source_zones;
pub mod list;

use crate::engine::prelude::*;
use crate::engine::scope::Scope;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE;
use crate::private_link::dns_zones::is_private_link_zone;
use crate::private_link::services::types_with_zone;

/// Manages a private DNS zone, such as one that resolves the names of a service to its private
/// endpoint.
#[derive(Model, Clone, Debug)]
pub struct PrivateDnsZone {
    /// Name of the zone, such as `privatelink.api.azureml.ms`. Must have 2 to 34 labels.
    #[tf(replace, check = validators::zone_name(), same = validators::same_name)]
    name: String,
    #[tf(flatten, id)]
    scope: Scope,
    /// SOA record of the zone. If omitted, the existing record stays and is shown. With the block,
    /// the state contains only configured values; the data source shows all values.
    #[tf(max = 1, write_if_set)]
    soa_record: OptionalBlocks<SoaRecord>,
    /// If `true`, adopts an existing zone of the same name instead of failing. The zone then
    /// belongs to this resource.
    #[tf(default = false)]
    adopt_existing: bool,
    #[tf(flatten)]
    tagged: Tagged,
    /// If `true`, the name of the zone contains the label `privatelink` or `privatelink-global`.
    is_privatelink_zone: Computed<bool>,
    /// Resource types whose names the zone can contain, in any cloud, such as
    /// `Microsoft.Storage/storageAccounts`. Only types that this provider knows.
    services: Computed<Vec<String>>,
    /// Number of record sets in the zone.
    number_of_record_sets: Computed<i64>,
    /// Maximum number of record sets in the zone.
    max_number_of_record_sets: Computed<i64>,
    /// Maximum number of virtual networks that can be linked to the zone.
    max_number_of_virtual_network_links: Computed<i64>,
    /// Maximum number of virtual networks that can be linked to the zone with registration of their
    /// machines.
    max_number_of_virtual_network_links_with_registration: Computed<i64>,
    /// Provisioning state of the zone, such as `Succeeded`, `Updating` or `Failed`.
    provisioning_state: Computed<String>,
}

/// SOA record of a zone.
#[derive(Model, Clone, Debug, PartialEq)]
struct SoaRecord {
    /// Email address of the zone's administrator, with a dot instead of the `@`.
    #[tf(check = validators::zone_mail())]
    email: String,
    /// Time after which a secondary server discards the zone, in seconds.
    #[tf(default = DEFAULT.expire_time, check = validators::between(0, i64::from(u32::MAX)))]
    expire_time: i64,
    /// Time to live of negative answers, in seconds.
    #[tf(default = DEFAULT.minimum_ttl, check = validators::between(0, i64::from(u32::MAX)))]
    minimum_ttl: i64,
    /// Time after which a secondary server refreshes the zone, in seconds.
    #[tf(default = DEFAULT.refresh_time, check = validators::between(0, i64::from(u32::MAX)))]
    refresh_time: i64,
    /// Time after which a secondary server retries a failed refresh, in seconds.
    #[tf(default = DEFAULT.retry_time, check = validators::between(0, i64::from(u32::MAX)))]
    retry_time: i64,
    /// Time to live of the SOA record, in seconds.
    #[tf(default = 3600, check = validators::between(0, i64::from(i32::MAX)))]
    ttl: i64,
    /// Map of tags of the SOA record.
    #[tf(default = Value::map([]), check = validators::tags())]
    tags: Option<Tags>,
    /// Fully qualified domain name of the SOA record.
    fqdn: Computed<String>,
    /// Name of the zone's primary server.
    host_name: Computed<String>,
    /// Serial number of the zone.
    serial_number: Computed<i64>,
}

impl PrivateDnsZone {
    /// Sets the attributes about the services of the zone's name.
    fn tell_services(&mut self) {
        self.is_privatelink_zone.set(is_private_link_zone(&self.name));
        self.services.set(types_with_zone(&self.name));
    }
}

impl ArmResource for PrivateDnsZone {
    const NAME: &'static str = "azureai_private_dns_zone";
    const TYPE: ResourceType = ResourceType {
        create: Create::Conditional,
        ..ResourceType::new(PRIVATE_DNS_ZONE, "private DNS zone")
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);
    const LIST_FROM: Option<usize> = Some(2);
    const AZURERM: &'static [AzurermType] = &[AzurermType::all("azurerm_private_dns_zone")];

    type Body = Tracked<Properties>;

    fn resource_id(&self, defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        self.scope.id_of(defaults, Self::TYPE.name, &self.name)
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.scope.locate(id);
    }

    fn tagged(&mut self) -> Option<&mut Tagged> {
        Some(&mut self.tagged)
    }

    fn write(&self, _live: Option<&Self::Body>) -> Self::Body {
        Tracked {
            location: Some("global".to_owned()),
            tags: self.tagged.write(),
            ..Tracked::default()
        }
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        let properties = &live.body.properties;
        self.tell_services();
        self.number_of_record_sets.set(properties.number_of_record_sets);
        self.max_number_of_record_sets.set(properties.max_number_of_record_sets);
        self.max_number_of_virtual_network_links
            .set(properties.max_number_of_virtual_network_links);
        self.max_number_of_virtual_network_links_with_registration
            .set(properties.max_number_of_virtual_network_links_with_registration);
        self.provisioning_state.set(properties.provisioning_state.clone());
        let Some(soa) = live.related.read::<Plain<SoaProperties>>(SOA)? else {
            return Ok(());
        };
        self.soa_record = OptionalBlocks(Some(vec![SoaRecord::read(&soa.properties)]));
        Ok(())
    }

    fn prepare(&mut self, _reader: &Reader) -> Pending {
        self.tell_services();
        Ok(None)
    }

    fn related(&self, id: &ResourceId, _body: &Self::Body) -> Vec<Related> {
        vec![Related::object(SOA, id.child(SOA, "@"), Self::TYPE.api_version)]
    }

    fn check_input(config: &Value, _defaults: &Defaults) -> CheckInput {
        let zone = ConfigValue::text(config.get("name"), Path::of("name"));
        CheckInput { zone, ..CheckInput::default() }
    }

    fn inline_children(
        &self,
        _prior: Option<&Self>,
        id: &ResourceId,
        _related: &RelatedObjects,
    ) -> serde_json::Result<InlineChildren> {
        Ok(InlineChildren { write: self.soa_child(id), remove: Vec::new() })
    }
}

impl PrivateDnsZone {
    /// Returns the record of the `soa_record` block, if there is one.
    fn soa_child(&self, id: &ResourceId) -> Vec<InlineChild> {
        let part = |record: &SoaRecord| InlineChild {
            id: id.child(SOA, "@"),
            api: Self::TYPE.api_version,
            label: "SOA record of",
            body: json!({"properties": record.write()}),
            may_fail: false,
            rewrite: false,
            whoever_made_it: false,
            path: Path::of("soa_record"),
        };
        self.soa_record.iter().map(part).collect()
    }
}

const SOA: &str = "SOA";

impl SoaRecord {
    fn write(&self) -> SoaProperties {
        SoaProperties {
            ttl: self.ttl,
            metadata: self.tags.clone(),
            fqdn: None,
            soa_record: Soa {
                email: self.email.clone().into(),
                expire_time: self.expire_time,
                minimum_ttl: self.minimum_ttl,
                refresh_time: self.refresh_time,
                retry_time: self.retry_time,
                host: None,
                serial_number: None,
            },
        }
    }

    fn read(properties: &SoaProperties) -> Self {
        let SoaProperties { ttl, metadata, fqdn, soa_record } = properties.clone();
        Self {
            email: soa_record.email.into_owned(),
            expire_time: soa_record.expire_time,
            minimum_ttl: soa_record.minimum_ttl,
            refresh_time: soa_record.refresh_time,
            retry_time: soa_record.retry_time,
            ttl,
            tags: Some(metadata.unwrap_or_default()),
            fqdn: fqdn.into(),
            host_name: soa_record.host.into(),
            serial_number: soa_record.serial_number.into(),
        }
    }
}

/// Properties of a zone, which only ARM writes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Properties {
    #[serde(skip_serializing)]
    number_of_record_sets: Option<i64>,
    #[serde(skip_serializing)]
    max_number_of_record_sets: Option<i64>,
    #[serde(skip_serializing)]
    max_number_of_virtual_network_links: Option<i64>,
    #[serde(skip_serializing)]
    max_number_of_virtual_network_links_with_registration: Option<i64>,
    #[serde(skip_serializing)]
    provisioning_state: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SoaProperties {
    ttl: i64,
    metadata: Option<Tags>,
    #[serde(skip_serializing)]
    fqdn: Option<String>,
    soa_record: Soa,
}

impl Default for SoaProperties {
    fn default() -> Self {
        Self { ttl: 3600, metadata: None, fqdn: None, soa_record: DEFAULT }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Soa {
    email: std::borrow::Cow<'static, str>,
    expire_time: i64,
    #[serde(rename = "minimumTtl")]
    minimum_ttl: i64,
    refresh_time: i64,
    retry_time: i64,
    #[serde(skip_serializing)]
    host: Option<String>,
    #[serde(skip_serializing)]
    serial_number: Option<i64>,
}

impl Default for Soa {
    fn default() -> Self {
        DEFAULT
    }
}

/// Azure's defaults for a new zone.
const DEFAULT: Soa = Soa {
    email: std::borrow::Cow::Borrowed("azureprivatedns-host.microsoft.com"),
    expire_time: 2_419_200,
    minimum_ttl: 10,
    refresh_time: 3600,
    retry_time: 300,
    host: None,
    serial_number: None,
};
