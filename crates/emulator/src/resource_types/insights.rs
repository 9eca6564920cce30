//! microsoft.insights/components: Application Insights.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::{identity, properties, versions};
use crate::clock;
use crate::guid::fixed_guid;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Patch, TypeInfo};

/// The type.
pub(crate) struct Insights;

static INFO: TypeInfo = TypeInfo {
    name: "microsoft.insights/components",
    versions: versions::INSIGHTS,
    writable: properties::INSIGHTS_WRITABLE,
    read_only: properties::INSIGHTS_READ_ONLY,
    top: &["etag", "kind"],
    patch: Patch::Tags,
    ..PLAIN
};

impl ResourceType for Insights {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        let id = write.id.key();
        let key = fixed_guid(&format!("instrumentation {id}")).to_string();
        let app = fixed_guid(&format!("app {id}")).to_string();
        let defaults = json!({
            "AppId": app,
            "ApplicationId": next["name"],
            "Application_Type": "web",
            "ConnectionString": format!("InstrumentationKey={key};ApplicationId={app}"),
            "CreationDate": clock::stamp(world.clock.now()),
            "InstrumentationKey": key,
            "IngestionMode": "ApplicationInsights",
            "Name": next["name"],
            "RetentionInDays": 90,
            "TenantId": world.settings.subscription,
            "Ver": "v2",
            "publicNetworkAccessForIngestion": "Enabled",
            "publicNetworkAccessForQuery": "Enabled",
        });
        identity::default(&mut next["properties"], defaults);
    }
}
