//! microsoft.insights/components: Application Insights.

use serde_json::{Value, json};

use super::facts::{Facts, PLAIN, Patch};
use super::{Kind, Write, identity, properties, versions};
use crate::world::{World, fixed_guid};

/// The type.
pub(crate) struct Insights;

static FACTS: Facts = Facts {
    name: "microsoft.insights/components",
    versions: versions::INSIGHTS,
    writable: properties::INSIGHTS_WRITABLE,
    read_only: properties::INSIGHTS_READ_ONLY,
    top: &["etag", "kind"],
    patch: Patch::Tags,
    ..PLAIN
};

impl Kind for Insights {
    fn facts(&self) -> &Facts {
        &FACTS
    }

    fn accept(&self, world: &mut World, write: &Write<'_>, next: &mut Value) {
        let id = write.id.key();
        let key = fixed_guid(&format!("instrumentation {id}")).to_string();
        let app = fixed_guid(&format!("app {id}")).to_string();
        let defaults = json!({
            "AppId": app,
            "ApplicationId": next["name"],
            "Application_Type": "web",
            "ConnectionString": format!("InstrumentationKey={key};ApplicationId={app}"),
            "CreationDate": crate::clock::stamp(world.clock.now()),
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
